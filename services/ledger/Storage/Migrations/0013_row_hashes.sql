-- What stands beside the log (proposals, monitors, refusals, reconciliation) is provable too: each row that the service
-- writes, changes or removes leaves its hash here, and the log of the book says now and then, in a record of its own,
-- what hashes came since. Nobody else writes these tables: who does so by hand is refused, and who keeps the triggers
-- from running leaves a row that has no such hash. docs/ledger-log.md says how rows are hashed.

-- Those that no record of the log seals yet. Of one row they are in the order of its changes, for whoever changes it
-- holds it until the commit.
create table new_row_hashes (
    id         bigint generated always as identity primary key,
    tenant_id  uuid not null,
    table_name text not null,
    -- The row's primary key, its columns joined by colons.
    row_key    text not null,
    -- Null: the row was removed.
    row_hash   bytea check (length(row_hash) = 32)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
create index new_row_hashes_by_tenant on new_row_hashes (tenant_id, id);
call protect_by_tenant('new_row_hashes');

create table row_hashes (
    tenant_id  uuid not null,
    -- The record that seals it, and its place among those that it seals.
    position   bigint not null,
    number     int not null check (number > 0),
    table_name text not null,
    row_key    text not null,
    row_hash   bytea check (length(row_hash) = 32),
    primary key (tenant_id, position, number)
);
call protect_by_tenant('row_hashes');
create trigger row_hashes_are_immutable before update or delete or truncate on row_hashes
    for each statement execute function refuse_change();

create function check_seal() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from book_events where tenant_id = new.tenant_id and position = new.position and kind = 'ROWS_SEALED') then
        raise exception 'Hashes of rows are sealed by record %, which is none that seals.', new.position
            using errcode = 'foreign_key_violation';
    end if;
    return null;
end
$$;
create constraint trigger row_hashes_are_sealed after insert on row_hashes
    deferrable initially deferred for each row when (new.number = 1) execute function check_seal();

-- Which tables, and what their rows are called. What the service changes at every crossing is no part of a monitor.
create function hashed_tables() returns table (table_name text, key_columns text[]) language sql immutable as $$
    values ('proposals', array['id']), ('monitors', array['id']), ('removed_monitors', array['id']),
        ('refused_reservations', array['transaction_id', 'number']), ('reconciled_accounts', array['account_id']),
        ('reconciled_account_versions', array['account_id', 'version']), ('statement_files', array['id']),
        ('statements', array['id']), ('statement_lines', array['id']), ('match_rules', array['id', 'version']),
        ('matches', array['id']), ('match_lines', array['match_id', 'line_id']),
        ('match_legs', array['match_id', 'entry_position', 'leg_number']), ('breaks', array['id']),
        ('break_notes', array['break_id', 'number']), ('unmatch_requests', array['match_id']),
        ('settlement_reports', array['account_id', 'day', 'number']), ('safeguarding_reports', array['id']),
        ('safeguarding_alarms', array['id'])
$$;

-- A row as text: jsonb writes the same content in one way only, and a column that is added later and has no value
-- changes nothing. Times are told in UTC wherever it runs.
create function row_text(row_content jsonb) returns text language sql stable as $$
    select jsonb_strip_nulls(row_content - 'is_below')::text
$$;

create function hash_rows() returns trigger
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC'
    set bytea_output = 'hex' as $$
begin
    -- A login that has the service's role is the service; whoever may do anything is not.
    if not pg_has_role(session_user, '$app_role$', 'usage')
        or exists (select from pg_roles where rolname = session_user and rolsuper) then
        raise exception 'Rows of % are written by the service alone; % is not its role.', tg_table_name, session_user
            using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then
        insert into new_row_hashes (tenant_id, table_name, row_key, row_hash)
        select (gone ->> 'tenant_id')::uuid, tg_table_name, name.of_row, null
        from (select to_jsonb(removed) as gone from removed) r
        cross join lateral (
            select string_agg(gone ->> tg_argv[n], ':' order by n) as of_row
            from generate_subscripts(tg_argv, 1) n) name;
    else
        insert into new_row_hashes (tenant_id, table_name, row_key, row_hash)
        select (here ->> 'tenant_id')::uuid, tg_table_name, name.of_row,
            sha256(convert_to(row_text(here), 'UTF8'))
        from (select to_jsonb(written) as here from written) r
        cross join lateral (
            select string_agg(here ->> tg_argv[n], ':' order by n) as of_row
            from generate_subscripts(tg_argv, 1) n) name;
    end if;
    return null;
end
$$;

do $$
declare
    hashed record;
    arguments text;
begin
    set local timezone = 'UTC';
    set local bytea_output = 'hex';
    for hashed in select * from hashed_tables() loop
        -- Replicas may be at work: from here on nobody writes it until its triggers are there.
        execute format('lock table %I in share row exclusive mode', hashed.table_name);
        select string_agg(quote_literal(k), ', ') into arguments from unnest(hashed.key_columns) k;
        execute format('create trigger %I after insert on %I referencing new table as written '
            'for each statement execute function hash_rows(%s)',
            hashed.table_name || '_hash_new', hashed.table_name, arguments);
        execute format('create trigger %I after delete on %I referencing old table as removed '
            'for each statement execute function hash_rows(%s)',
            hashed.table_name || '_hash_removed', hashed.table_name, arguments);
        if hashed.table_name <> 'monitors' then
            execute format('create trigger %I after update on %I referencing new table as written '
                'for each statement execute function hash_rows(%s)',
                hashed.table_name || '_hash_changed', hashed.table_name, arguments);
        end if;
        -- What is there already.
        execute format(
            'insert into new_row_hashes (tenant_id, table_name, row_key, row_hash) '
            'select tenant_id, %L, concat_ws('':'', %s), sha256(convert_to(row_text(to_jsonb(t)), ''UTF8'')) from %I t',
            hashed.table_name,
            (select string_agg(format('to_jsonb(t) ->> %L', k), ', ') from unnest(hashed.key_columns) k),
            hashed.table_name);
    end loop;
end
$$;

-- Moves what was hashed since to the record that will seal it, and gives it in its order. Whoever calls holds the book.
create function take_row_hashes(at_position bigint, most int)
    returns table (table_name text, row_key text, row_hash bytea)
    language sql security definer set search_path = public, pg_temp as $$
    with taken as (
        -- Up to one id, and not a list of them to join with: what a join costs depends on figures that are not there yet
        -- while a backlog grows.
        delete from new_row_hashes where tenant_id = fincode_tenant() and id <= (
            select max(first.id) from (
                select id from new_row_hashes where tenant_id = fincode_tenant() order by id limit most) first)
        returning id, tenant_id, new_row_hashes.table_name, new_row_hashes.row_key, new_row_hashes.row_hash),
    sealed as (
        insert into row_hashes (tenant_id, position, number, table_name, row_key, row_hash)
        select tenant_id, at_position, row_number() over (order by id), taken.table_name, taken.row_key, taken.row_hash
        from taken
        returning number, row_hashes.table_name, row_hashes.row_key, row_hashes.row_hash)
    select sealed.table_name, sealed.row_key, sealed.row_hash from sealed order by number
$$;

revoke all on function hash_rows(), check_seal(), take_row_hashes(bigint, int) from public;
grant execute on function take_row_hashes(bigint, int) to $app_role$;
grant select on new_row_hashes, row_hashes to $app_role$;

-- A digest over hashes that came is a record of the log: docs/ledger-log.md, ROWS_SEALED. Last, for it waits for whoever
-- posts and holds them up; it only allows more, so what is there need not be looked at.
alter table book_events drop constraint book_events_kind_check;
alter table book_events add constraint book_events_kind_check
    check (kind in ('ACCOUNT_OPENED', 'ACCOUNT_CHANGED', 'PERIOD_CLOSED', 'ROWS_SEALED')) not valid;
