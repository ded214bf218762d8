-- What is held is kept while the accounts are moved: where they stand then is what there is to keep, and nothing is
-- looked up twice. One index serves whoever reads an account and whoever reads a book.
alter table account_holds drop constraint account_holds_pkey;
drop index account_holds_by_account;
alter table account_holds add primary key (tenant_id, account_id, position);

-- What the entries of a batch resolve and reverse is there, is open to it, and is resolved or taken back leg by leg.
create function check_targets(book uuid, after bigint, until bigint) returns void
    language plpgsql set search_path = public, pg_temp
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
    set plan_cache_mode = force_generic_plan as $$
declare
    badly_resolved boolean;
    badly_reversed boolean;
    wrong_resolution bigint;
    wrong_reversal bigint;
begin
    select bool_or(e.resolves is not null and (
            target.position is null
            or not (target.kind = 'PENDING' or (target.kind = 'LIEN' and e.kind = 'VOIDED'))
            or (e.kind = 'POSTED' and target.expires_at <= e.booked_at)
            or e.leg_count <> target.leg_count)),
        bool_or(e.reverses is not null and (
            target.position is null or target.kind <> 'POSTED' or target.reverses is not null
            or e.leg_count <> target.leg_count))
    into badly_resolved, badly_reversed
    from (
        select * from entries where tenant_id = book and position > after and position <= until
            and (resolves is not null or reverses is not null) offset 0) e
    left join lateral (
        select * from entries where tenant_id = book and position = coalesce(e.resolves, e.reverses) offset 0
    ) target on true;
    if badly_resolved then
        raise exception 'An entry resolves one that is not pending, or not any more.' using errcode = 'check_violation';
    end if;
    if badly_reversed then
        raise exception 'An entry reverses one that cannot be reversed.' using errcode = 'check_violation';
    end if;

    select min(e.position) filter (where e.resolves is not null and (
            (target.account_id, target.currency, target.side) is distinct from (l.account_id, l.currency, l.side)
            or l.amount > target.amount or (e.kind = 'VOIDED' and l.amount <> target.amount))),
        min(e.position) filter (where e.reverses is not null and (
            target.side = l.side or (target.account_id, target.currency, target.amount)
            is distinct from (l.account_id, l.currency, l.amount)))
    into wrong_resolution, wrong_reversal
    from (
        select * from entries where tenant_id = book and position > after and position <= until
            and (resolves is not null or reverses is not null) offset 0) e
    cross join lateral (
        select * from legs where tenant_id = book and entry_position = e.position offset 0) l
    left join lateral (
        select * from legs
        where tenant_id = book and entry_position = coalesce(e.resolves, e.reverses) and number = l.number offset 0
    ) target on true;
    if wrong_resolution is not null then
        raise exception 'A resolution is of what was held, and of no more: entry %.', wrong_resolution
            using errcode = 'check_violation';
    end if;
    if wrong_reversal is not null then
        raise exception 'A reversal takes back what was booked, all of it: entry %.', wrong_reversal
            using errcode = 'check_violation';
    end if;
end
$$;

-- The head moves over the records behind it: all of them are there, and whole, they fit the book as it is now, and
-- their legs move the accounts.
create or replace function book_records() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off
    set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    found_entries bigint;
    found_events bigint;
    found_legs bigint;
    legs_wanted bigint;
    entries_misfit boolean;
    events_misfit boolean;
    closes boolean;
    has_targets boolean;
    -- Most batches only post, and on one day: then nothing has to be looked up again for each leg.
    is_plain boolean;
    one_day date;
    one_time boolean;
    moved_accounts bigint;
    found_accounts bigint;
    moved_days bigint;
    found_days bigint;
    misfit text;
    misreported text;
begin
    select count(*), coalesce(sum(leg_count), 0), bool_or(booked_at > new.booked_at or value_date <= new.closed_until),
        bool_or(resolves is not null or reverses is not null), bool_and(kind = 'POSTED' and resolves is null),
        case when min(value_date) = max(value_date) then min(value_date) end, min(booked_at) = max(booked_at)
    into found_entries, legs_wanted, entries_misfit, has_targets, is_plain, one_day, one_time
    from entries where tenant_id = new.tenant_id and position > old.position and position <= new.position;
    select count(*), bool_or(booked_at > new.booked_at), bool_or(kind = 'PERIOD_CLOSED')
    into found_events, events_misfit, closes
    from book_events where tenant_id = new.tenant_id and position > old.position and position <= new.position;
    select count(*) into found_legs
    from legs where tenant_id = new.tenant_id and entry_position > old.position and entry_position <= new.position;
    if found_entries + found_events <> new.position - old.position or legs_wanted <> found_legs then
        raise exception 'The book of % is not whole: % records and % legs were to come, % and % came.',
            new.tenant_id, new.position - old.position, legs_wanted, found_entries + found_events, found_legs
            using errcode = 'check_violation';
    end if;
    if entries_misfit then
        raise exception 'An entry is later than its book, or its value date is in a closed period.'
            using errcode = 'check_violation';
    end if;
    if events_misfit then
        raise exception 'An event is later than its book.' using errcode = 'check_violation';
    end if;
    if new.closed_until is distinct from old.closed_until and closes is distinct from true then
        raise exception 'The book of % is closed up to a day that none of its records says.', new.tenant_id
            using errcode = 'check_violation';
    end if;
    delete from book_tails
    where tenant_id = new.tenant_id and first > old.position and first <= new.position and last <= new.position;
    if found_entries = 0 then
        return null;
    end if;
    if has_targets then
        perform check_targets(new.tenant_id, old.position, new.position);
    end if;

    with moves as (
        select l.tenant_id, l.account_id, l.currency, l.side, 'POSTED' as kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available, null::bigint as held_at
        from legs l
        where is_plain and tenant_id = new.tenant_id and entry_position > old.position
            and entry_position <= new.position
        union all
        select l.tenant_id, l.account_id, l.currency, l.side, e.kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available, case when e.kind in ('PENDING', 'LIEN') then e.position end
        from (
            select position, kind from entries
            where not is_plain and tenant_id = new.tenant_id and position > old.position
                and position <= new.position offset 0) e
        cross join lateral (
            select * from legs where tenant_id = new.tenant_id and entry_position = e.position offset 0) l
        union all
        -- What a resolution lets go: all that was held. It is no leg, and reports nothing.
        select held.tenant_id, held.account_id, held.currency, held.side, target.kind, -held.amount, 0, 0, 0, 0,
            e.position
        from (
            select position, resolves from entries
            where not is_plain and tenant_id = new.tenant_id and position > old.position
                and position <= new.position offset 0) e
        cross join lateral (
            select kind from entries where tenant_id = new.tenant_id and position = e.resolves offset 0) target
        cross join lateral (
            select * from legs where tenant_id = new.tenant_id and entry_position = e.resolves offset 0) held
        where e.resolves is not null
    ), totals as materialized (
        select tenant_id, account_id, currency,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'DEBIT'), 0)::bigint as posted_debits,
            coalesce(sum(amount) filter (where kind = 'POSTED' and side = 'CREDIT'), 0)::bigint as posted_credits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'DEBIT'), 0)::bigint as pending_debits,
            coalesce(sum(amount) filter (where kind = 'PENDING' and side = 'CREDIT'), 0)::bigint as pending_credits,
            coalesce(sum(amount) filter (where kind = 'LIEN'), 0)::bigint as liens,
            max(held_at) as held_at,
            -- What the last leg of the account reports.
            max(array[entry_position, number, new_balance, new_available]) as last,
            bool_or(kind <> 'VOIDED' and number > 0) as needs_active,
            -- A lien is on the side that lowers the account.
            max(side) filter (where kind = 'LIEN' and number > 0) as lien_side,
            min(side) filter (where kind = 'LIEN' and number > 0) as other_lien_side
        from moves group by tenant_id, account_id, currency
    ), changed as (
        update accounts a set
            posted_debits = a.posted_debits + t.posted_debits, posted_credits = a.posted_credits + t.posted_credits,
            pending_debits = a.pending_debits + t.pending_debits,
            pending_credits = a.pending_credits + t.pending_credits, liens = a.liens + t.liens
        from totals t where a.id = t.account_id
        returning a.id, a.code, a.pending_debits, a.pending_credits, a.liens,
            case when t.pending_debits <> 0 or t.pending_credits <> 0 or t.liens <> 0 then t.held_at end as held_at,
            a.tenant_id <> t.tenant_id or a.currency <> t.currency or a.status = 'CLOSED'
                or (a.status = 'FROZEN' and t.needs_active)
                or coalesce(a.normal_side in (t.lien_side, t.other_lien_side), false) as is_misfit,
            a.balance <> t.last[3] or a.available <> t.last[4] as is_misreported
    ), kept as (
        insert into account_holds (tenant_id, account_id, position, pending_debits, pending_credits, liens)
        select new.tenant_id, id, held_at, pending_debits, pending_credits, liens
        from changed where one_time and held_at is not null
    ), of_day as (
        -- What is posted on one day is what was just posted, and days of an account that are there already are most;
        -- whoever holds the head of the book is alone with them.
        update account_days d set debits = d.debits + t.posted_debits, credits = d.credits + t.posted_credits
        from totals t
        where d.account_id = t.account_id and d.value_date = one_day
            and (t.posted_debits > 0 or t.posted_credits > 0)
        returning 1
    )
    select count(*), min(code) filter (where is_misfit), min(code) filter (where is_misreported),
        (select count(*) from totals), (select count(*) from of_day),
        (select count(*) from totals where posted_debits > 0 or posted_credits > 0)
    into found_accounts, misfit, misreported, moved_accounts, found_days, moved_days from changed;
    if misfit is not null or found_accounts <> moved_accounts then
        raise exception 'A leg does not fit its account, or the account is not active: %.',
            coalesce(misfit, 'there is none') using errcode = 'foreign_key_violation';
    end if;
    if misreported is not null then
        raise exception 'A leg reports another balance than its account has: %.', misreported
            using errcode = 'check_violation';
    end if;
    if not one_time and not is_plain then
        perform keep_holds(new.tenant_id, old.position, new.position);
    end if;
    if found_days = moved_days then
        return null;
    end if;

    with days as materialized (
        select l.tenant_id, l.account_id, e.value_date,
            coalesce(sum(l.amount) filter (where l.side = 'DEBIT'), 0)::bigint as debits,
            coalesce(sum(l.amount) filter (where l.side = 'CREDIT'), 0)::bigint as credits
        from legs l
        cross join lateral (
            select kind, value_date from entries
            where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        where e.kind = 'POSTED' and l.tenant_id = new.tenant_id and l.entry_position > old.position
            and l.entry_position <= new.position
        group by l.tenant_id, l.account_id, e.value_date
    ), of_days as (
        update account_days d set debits = d.debits + t.debits, credits = d.credits + t.credits
        from days t
        where one_day is null and d.account_id = t.account_id and d.value_date = t.value_date
    )
    insert into account_days (tenant_id, account_id, value_date, debits, credits)
    select t.* from days t
    left join lateral (
        select true as is_there from account_days
        where account_id = t.account_id and value_date = t.value_date offset 0) d on true
    where d.is_there is null;
    return null;
end
$$;

revoke all on function check_targets(uuid, bigint, bigint) from public;
