-- Batches that only post, and on one day, are most: they are booked with fewer look-ups. And a book says when it
-- changed which of its accounts are monitored, for those who remember accounts from one batch to the next.

alter table books add column watch_revision bigint not null default 0;

create or replace function move_book_head() returns trigger language plpgsql as $$
begin
    if new.watch_revision > old.watch_revision and
        (new.tenant_id, new.position, new.chain_hash, new.booked_at, new.closed_until) is not distinct from
        (old.tenant_id, old.position, old.chain_hash, old.booked_at, old.closed_until) then
        return new;
    end if;
    if new.tenant_id <> old.tenant_id or new.position <= old.position or new.booked_at < old.booked_at
        or new.closed_until < old.closed_until or (new.closed_until is null and old.closed_until is not null)
        or new.watch_revision < old.watch_revision then
        raise exception 'A book only ever goes forward, by its records.' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create or replace function book_legs() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set enable_nestloop = off set enable_mergejoin = off set jit = off
    set plan_cache_mode = force_generic_plan as $$
declare
    incomplete bigint;
    uneven bigint;
    has_resolution boolean;
    has_reversal boolean;
    -- Most batches only post, and on one day: then nothing has to be looked up again for each leg.
    is_plain boolean;
    one_day date;
    wrong bigint;
    -- One element for each account that is moved, and for each account and value date.
    moved record;
    days record;
    found_count bigint;
    misfit text;
    misreported text;
begin
    select min(l.entry_position) filter (where
            e.position is null or e.leg_count <> l.legs or e.leg_count <> l.last_number),
        min(l.entry_position) filter (where e.kind in ('POSTED', 'PENDING') and l.is_uneven),
        bool_or(e.resolves is not null), bool_or(e.reverses is not null), bool_and(e.kind = 'POSTED'),
        case when min(e.value_date) = max(e.value_date) then min(e.value_date) end
    into incomplete, uneven, has_resolution, has_reversal, is_plain, one_day
    from (
        select tenant_id, entry_position, sum(legs) as legs, max(last_number) as last_number,
            bool_or(difference <> 0) as is_uneven
        from (
            select tenant_id, entry_position, count(*) as legs, max(number) as last_number,
                sum(case side when 'DEBIT' then amount else -amount end) as difference
            from added group by tenant_id, entry_position, currency) of_currency
        group by tenant_id, entry_position) l
    left join lateral (
        select * from entries where tenant_id = l.tenant_id and position = l.entry_position offset 0) e on true;
    if incomplete is not null then
        raise exception 'Legs come with their entry, all of them: entry %.', incomplete
            using errcode = 'restrict_violation';
    end if;
    if uneven is not null then
        raise exception 'Debits and credits differ: entry %.', uneven using errcode = 'check_violation';
    end if;

    if has_resolution then
        select min(l.entry_position) into wrong
        from added l
        cross join lateral (
            select resolves, kind from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        left join lateral (
            select * from legs
            where tenant_id = l.tenant_id and entry_position = e.resolves and number = l.number offset 0) held on true
        where e.resolves is not null and (
            (held.account_id, held.currency, held.side) is distinct from (l.account_id, l.currency, l.side)
            or l.amount > held.amount or (e.kind = 'VOIDED' and l.amount <> held.amount));
        if wrong is not null then
            raise exception 'A resolution is of what was held, and of no more: entry %.', wrong
                using errcode = 'check_violation';
        end if;
    end if;

    if has_reversal then
        select min(l.entry_position) into wrong
        from added l
        cross join lateral (
            select reverses from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        left join lateral (
            select * from legs
            where tenant_id = l.tenant_id and entry_position = e.reverses and number = l.number offset 0
        ) original on true
        where e.reverses is not null and (
            original.side = l.side or (original.account_id, original.currency, original.amount)
            is distinct from (l.account_id, l.currency, l.amount));
        if wrong is not null then
            raise exception 'A reversal takes back what was booked, all of it: entry %.', wrong
                using errcode = 'check_violation';
        end if;
    end if;

    with moves as (
        select l.tenant_id, l.account_id, l.currency, l.side, 'POSTED' as kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available
        from added l where is_plain
        union all
        select l.tenant_id, l.account_id, l.currency, l.side, e.kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available
        from added l
        cross join lateral (
            select kind from entries where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        where not is_plain
        union all
        -- What a resolution lets go: all that was held. It is no leg, and reports nothing.
        select held.tenant_id, held.account_id, held.currency, held.side, target.kind, -held.amount, 0, 0, 0, 0
        from (select distinct tenant_id, entry_position from added where has_resolution) l
        cross join lateral (
            select resolves from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        cross join lateral (
            select kind from entries where tenant_id = l.tenant_id and position = e.resolves offset 0) target
        cross join lateral (
            select * from legs where tenant_id = l.tenant_id and entry_position = e.resolves offset 0) held
    ), totals as (
        select tenant_id, account_id, currency,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'DEBIT'), 0)::bigint as posted_debits,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'CREDIT'), 0)::bigint as posted_credits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'DEBIT'), 0)::bigint as pending_debits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'CREDIT'), 0)::bigint as pending_credits,
            coalesce(sum(amount) filter (where kind = 'LIEN'), 0)::bigint as liens,
            -- What the last leg of the account reports.
            max(array[entry_position, number, new_balance, new_available]) as last,
            bool_or(kind <> 'VOIDED' and number > 0) as needs_active,
            -- A lien is on the side that lowers the account.
            max(side) filter (where kind = 'LIEN' and number > 0) as lien_side,
            min(side) filter (where kind = 'LIEN' and number > 0) as other_lien_side
        from moves group by tenant_id, account_id, currency
    )
    select array_agg(tenant_id) as tenants, array_agg(account_id) as accounts, array_agg(currency) as currencies,
        array_agg(posted_debits) as posted_debits, array_agg(posted_credits) as posted_credits,
        array_agg(pending_debits) as pending_debits, array_agg(pending_credits) as pending_credits,
        array_agg(liens) as liens, array_agg(last[3]) as balances, array_agg(last[4]) as availables,
        array_agg(needs_active) as needs_active, array_agg(lien_side) as lien_sides,
        array_agg(other_lien_side) as other_lien_sides
    into moved from totals;

    with changed as (
        update accounts a set
            posted_debits = a.posted_debits + t.posted_debits, posted_credits = a.posted_credits + t.posted_credits,
            pending_debits = a.pending_debits + t.pending_debits,
            pending_credits = a.pending_credits + t.pending_credits, liens = a.liens + t.liens
        from unnest(moved.tenants, moved.accounts, moved.currencies, moved.posted_debits, moved.posted_credits,
            moved.pending_debits, moved.pending_credits, moved.liens, moved.balances, moved.availables,
            moved.needs_active, moved.lien_sides, moved.other_lien_sides)
            as t(tenant_id, account_id, currency, posted_debits, posted_credits, pending_debits, pending_credits,
                liens, balance, available, needs_active, lien_side, other_lien_side)
        where a.id = t.account_id and a.id = any(moved.accounts)
        returning a.code,
            a.tenant_id <> t.tenant_id or a.currency <> t.currency or a.status = 'CLOSED'
                or (a.status = 'FROZEN' and t.needs_active)
                or coalesce(a.normal_side in (t.lien_side, t.other_lien_side), false) as is_misfit,
            a.balance <> t.balance or a.available <> t.available as is_misreported
    )
    select count(*), min(code) filter (where is_misfit), min(code) filter (where is_misreported)
    into found_count, misfit, misreported from changed;
    if misfit is not null or found_count <> cardinality(moved.accounts) then
        raise exception 'A leg does not fit its account, or the account is not active: %.',
            coalesce(misfit, 'there is none') using errcode = 'foreign_key_violation';
    end if;
    if misreported is not null then
        raise exception 'A leg reports another balance than its account has: %.', misreported
            using errcode = 'check_violation';
    end if;

    if one_day is not null then
        -- What is posted on that day is what was just posted.
        select array_agg(tenant_id) as tenants, array_agg(account_id) as accounts, array_agg(one_day) as value_dates,
            array_agg(debits) as debits, array_agg(credits) as credits
        into days
        from unnest(moved.tenants, moved.accounts, moved.posted_debits, moved.posted_credits)
            as t(tenant_id, account_id, debits, credits)
        where debits > 0 or credits > 0;
    else
        select array_agg(tenant_id) as tenants, array_agg(account_id) as accounts, array_agg(value_date) as value_dates,
            array_agg(debits) as debits, array_agg(credits) as credits
        into days
        from (
            select l.tenant_id, l.account_id, e.value_date,
                coalesce(sum(l.amount) filter (where l.side = 'DEBIT'), 0)::bigint as debits,
                coalesce(sum(l.amount) filter (where l.side = 'CREDIT'), 0)::bigint as credits
            from added l
            cross join lateral (
                select kind, value_date from entries
                where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
            where e.kind = 'POSTED'
            group by l.tenant_id, l.account_id, e.value_date) of_day;
    end if;

    -- Days of an account that are there already are most; whoever holds the head of the book is alone with them.
    if days.accounts is null then
        return null;
    end if;
    update account_days d set debits = d.debits + t.debits, credits = d.credits + t.credits
    from unnest(days.accounts, days.value_dates, days.debits, days.credits)
        as t(account_id, value_date, debits, credits)
    where d.account_id = t.account_id and d.value_date = t.value_date
        and d.account_id = any(days.accounts) and d.value_date = any(days.value_dates);
    get diagnostics found_count = row_count;
    if found_count < cardinality(days.accounts) then
        insert into account_days (tenant_id, account_id, value_date, debits, credits)
        select t.* from unnest(days.tenants, days.accounts, days.value_dates, days.debits, days.credits)
            as t(tenant_id, account_id, value_date, debits, credits)
        left join lateral (
            select true as is_there from account_days
            where account_id = t.account_id and value_date = t.value_date offset 0) d on true
        where d.is_there is null;
    end if;
    return null;
end
$$;

grant update (watch_revision) on books to $app_role$;
