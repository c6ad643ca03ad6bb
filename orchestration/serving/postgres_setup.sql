-- Run once, as a superuser, on a PostgreSQL (15 or later) that holds nothing but AGIS:
--   agis serve postgres | psql -v database=agis
-- Then give both roles a password: \password agis_loader, \password agis_reader
\set ON_ERROR_STOP on

-- Whoever loads releases; owns the database and may end the reader's sessions.
select 'create role agis_loader login nosuperuser nocreatedb nocreaterole'
where not exists (select from pg_roles where rolname = 'agis_loader')
\gexec
grant pg_signal_backend, pg_read_all_stats to agis_loader;

-- Whoever reads. The connection limit and the first two settings only a superuser can change;
-- the others the role can change for its own session, which is why `agis serve guard` exists.
select 'create role agis_reader login'
where not exists (select from pg_roles where rolname = 'agis_reader')
\gexec
alter role agis_reader nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    connection limit 40;
alter role agis_reader set temp_file_limit = '1GB';
alter role agis_reader set log_statement = 'all';
alter role agis_reader set statement_timeout = '30s';
alter role agis_reader set idle_in_transaction_session_timeout = '30s';
alter role agis_reader set lock_timeout = '15s';
alter role agis_reader set work_mem = '16MB';
alter role agis_reader set max_parallel_workers_per_gather = 0;
alter role agis_reader set default_transaction_read_only = on;
alter role agis_reader set search_path = agis;

create database :"database" owner agis_loader template template0 encoding 'UTF8';
-- Where a switch to a new release and a reader wait for each other, the loader gives way.
alter database :"database" set deadlock_timeout = '10s';
alter role agis_loader in database :"database" set deadlock_timeout = '500ms';
revoke all on database :"database" from public;
grant connect on database :"database" to agis_reader;

\connect :"database"
revoke all on schema public from public;
-- Large objects, procedural code and advisory locks need no table, so that no table's rights
-- would stop anybody from filling the disk or the lock table with them.
revoke usage on language plpgsql from public;
select format('revoke execute on function %s from public', oid::regprocedure)
from pg_proc
where pronamespace = 'pg_catalog'::regnamespace
    and proname ~ '^(lo_.*|lo(read|write)|pg_(try_)?advisory_(xact_)?lock(_shared)?)$'
\gexec
