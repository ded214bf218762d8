-- What is pending and blocked on an account after the record at a position: one row for each booking time that changed
-- it, at the last record that did. So both can be told as of any booking time, without going through all that was held
-- and let go since.
create table account_holds (
    tenant_id       uuid not null,
    account_id      uuid not null,
    position        bigint not null check (position > 0),
    pending_debits  bigint not null check (pending_debits >= 0),
    pending_credits bigint not null check (pending_credits >= 0),
    liens           bigint not null check (liens >= 0),
    primary key (tenant_id, position, account_id)
);
create index account_holds_by_account on account_holds (account_id, position);
call protect_by_tenant('account_holds');

-- Adds the rows of the last records of a book, from accounts that stand as these left them: what stands there less what
-- later records changed. An entry that holds adds its legs, its resolution takes all of them away.
create function keep_holds(book uuid, after bigint, until bigint) returns void
    language plpgsql set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
    insert into account_holds (tenant_id, account_id, position, pending_debits, pending_credits, liens)
    select book, change.account_id, change.position,
        a.pending_debits - coalesce(sum(change.pending_debits) over later, 0),
        a.pending_credits - coalesce(sum(change.pending_credits) over later, 0),
        a.liens - coalesce(sum(change.liens) over later, 0)
    from (
        select account_id, max(position) as position,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'DEBIT'), 0) as pending_debits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'CREDIT'), 0) as pending_credits,
            coalesce(sum(amount) filter (where kind = 'LIEN'), 0) as liens
        from (
            select e.booked_at, e.position, e.kind, l.account_id, l.side, l.amount
            from (
                select * from entries where tenant_id = book and position > after and position <= until
                    and kind in ('PENDING', 'LIEN') offset 0) e
            cross join lateral (
                select * from legs where tenant_id = book and entry_position = e.position offset 0) l
            union all
            select e.booked_at, e.position, held.kind, l.account_id, l.side, -l.amount
            from (
                select * from entries where tenant_id = book and position > after and position <= until
                    and resolves is not null offset 0) e
            cross join lateral (
                select kind from entries where tenant_id = book and position = e.resolves offset 0) held
            cross join lateral (
                select * from legs where tenant_id = book and entry_position = e.resolves offset 0) l) leg
        group by account_id, booked_at) change
    cross join lateral (select * from accounts where id = change.account_id offset 0) a
    where change.pending_debits <> 0 or change.pending_credits <> 0 or change.liens <> 0
    window later as (
        partition by change.account_id order by change.position rows between 1 following and unbounded following);
end
$$;

-- What was held before this table was there.
do $$
begin
    perform keep_holds(tenant_id, 0, position) from books;
end
$$;

create trigger account_holds_are_immutable before update or delete or truncate on account_holds
    for each statement execute function refuse_change();

revoke all on function keep_holds(uuid, bigint, bigint) from public;
grant select on account_holds to $app_role$;
