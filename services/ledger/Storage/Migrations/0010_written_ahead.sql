-- The rows of a batch may come before the head of its book is held: while the batch before is booked and committed,
-- the next one is written already. What needs the book as it is then (totals, targets, periods) is done when the head
-- moves over the rows, in the same transaction. What is written and not passed by the head cannot commit.

-- From which to which position a transaction has written what the head has not passed. Nobody ever sees a row of
-- another transaction here: each is gone before its transaction commits, or does not commit.
create table book_tails (
    tenant_id uuid not null,
    first     bigint not null,
    last      bigint not null,
    primary key (tenant_id, first)
);
call protect_by_tenant('book_tails');

create function check_tail() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    if exists (select from book_tails where tenant_id = new.tenant_id and first = new.first) then
        raise exception 'A record is beyond the head of its book: % to % of %.', new.first, new.last, new.tenant_id
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger tails_are_booked after insert on book_tails
    deferrable initially deferred for each row execute function check_tail();

-- Entries and events are records of one log: whatever comes takes a place behind the head that no record of the other
-- kind has.
create function check_records() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    out_of_book boolean;
    behind boolean;
    occupied boolean;
begin
    select bool_or(book.position is null), bool_or(e.first <= book.position) into out_of_book, behind
    from (select tenant_id, min(position) as first from added group by tenant_id) e
    left join lateral (select position from books where tenant_id = e.tenant_id offset 0) book on true;
    if out_of_book then
        raise exception 'A record of % belongs to no book.', tg_table_name using errcode = 'foreign_key_violation';
    end if;
    select count(*) > 0 into occupied
    from (select tenant_id, min(position) as first, max(position) as last from added group by tenant_id) e
    cross join lateral (
        (select position from book_events
        where tg_table_name = 'entries' and tenant_id = e.tenant_id and position between e.first and e.last)
        union all
        (select position from entries
        where tg_table_name = 'book_events' and tenant_id = e.tenant_id and position between e.first and e.last)
        offset 0) other
    join added on added.tenant_id = e.tenant_id and added.position = other.position;
    if behind or occupied then
        raise exception 'A record of % takes the place of another record.', tg_table_name
            using errcode = 'restrict_violation';
    end if;
    insert into book_tails (tenant_id, first, last)
    select tenant_id, min(position), max(position) from added group by tenant_id;
    return null;
end
$$;

-- All legs of the entries of a batch come in one statement, behind their entries.
create function check_legs() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    incomplete bigint;
    uneven bigint;
begin
    select min(l.entry_position) filter (where
            e.position is null or e.leg_count <> l.legs or e.leg_count <> l.last_number),
        min(l.entry_position) filter (where e.kind in ('POSTED', 'PENDING') and l.is_uneven)
    into incomplete, uneven
    from (
        select tenant_id, entry_position, sum(legs) as legs, max(last_number) as last_number,
            bool_or(difference <> 0) as is_uneven
        from (
            select tenant_id, entry_position, count(*) as legs, max(number) as last_number,
                sum(case side when 'DEBIT' then amount else -amount end) as difference
            from added group by tenant_id, entry_position, currency) of_currency
        group by tenant_id, entry_position) l
    left join lateral (
        select position, leg_count, kind from entries
        where tenant_id = l.tenant_id and position = l.entry_position offset 0) e on true;
    if incomplete is not null then
        raise exception 'Legs come with their entry, all of them: entry %.', incomplete
            using errcode = 'restrict_violation';
    end if;
    if uneven is not null then
        raise exception 'Debits and credits differ: entry %.', uneven using errcode = 'check_violation';
    end if;
    return null;
end
$$;

-- The head moves over the records behind it: all of them are there, and whole, they fit the book as it is now, and
-- their legs move the accounts.
create function book_records() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set enable_nestloop = off set enable_mergejoin = off set jit = off
    set plan_cache_mode = force_generic_plan as $$
declare
    found_entries bigint;
    found_events bigint;
    found_legs bigint;
    legs_wanted bigint;
    entries_misfit boolean;
    events_misfit boolean;
    closes boolean;
    has_resolution boolean;
    has_reversal boolean;
    -- Most batches only post, and on one day: then nothing has to be looked up again for each leg.
    is_plain boolean;
    one_day date;
    badly_resolved boolean;
    badly_reversed boolean;
    wrong bigint;
    -- One element for each account that is moved, and for each account and value date.
    moved record;
    days record;
    found_count bigint;
    misfit text;
    misreported text;
begin
    select count(*), coalesce(sum(leg_count), 0), bool_or(booked_at > new.booked_at or value_date <= new.closed_until),
        bool_or(resolves is not null), bool_or(reverses is not null), bool_and(kind = 'POSTED'),
        case when min(value_date) = max(value_date) then min(value_date) end
    into found_entries, legs_wanted, entries_misfit, has_resolution, has_reversal, is_plain, one_day
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

    if has_resolution or has_reversal then
        select bool_or(e.resolves is not null and (
                target.position is null
                or not (target.kind = 'PENDING' or (target.kind = 'LIEN' and e.kind = 'VOIDED'))
                or (e.kind = 'POSTED' and target.expires_at <= e.booked_at)
                or e.leg_count <> target.leg_count)),
            bool_or(e.reverses is not null and (
                target.position is null or target.kind <> 'POSTED' or target.reverses is not null
                or e.leg_count <> target.leg_count))
        into badly_resolved, badly_reversed
        from (select * from entries
            where tenant_id = new.tenant_id and position > old.position and position <= new.position offset 0) e
        left join lateral (
            select * from entries where tenant_id = e.tenant_id and position = coalesce(e.resolves, e.reverses) offset 0
        ) target on true
        where e.resolves is not null or e.reverses is not null;
        if badly_resolved then
            raise exception 'An entry resolves one that is not pending, or not any more.'
                using errcode = 'check_violation';
        end if;
        if badly_reversed then
            raise exception 'An entry reverses one that cannot be reversed.'
                using errcode = 'check_violation';
        end if;
    end if;

    if has_resolution then
        select min(l.entry_position) into wrong
        from (
            select * from legs
            where tenant_id = new.tenant_id and entry_position > old.position and entry_position <= new.position
            offset 0) l
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
        from (
            select * from legs
            where tenant_id = new.tenant_id and entry_position > old.position and entry_position <= new.position
            offset 0) l
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
        from legs l
        where is_plain and tenant_id = new.tenant_id and entry_position > old.position
            and entry_position <= new.position
        union all
        select l.tenant_id, l.account_id, l.currency, l.side, e.kind, l.amount, l.entry_position, l.number,
            l.new_balance, l.new_available
        from legs l
        cross join lateral (
            select kind from entries where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
        where not is_plain and l.tenant_id = new.tenant_id and l.entry_position > old.position
            and l.entry_position <= new.position
        union all
        -- What a resolution lets go: all that was held. It is no leg, and reports nothing.
        select held.tenant_id, held.account_id, held.currency, held.side, target.kind, -held.amount, 0, 0, 0, 0
        from (
            select distinct tenant_id, entry_position from legs
            where has_resolution and tenant_id = new.tenant_id and entry_position > old.position
                and entry_position <= new.position) l
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

    if not is_plain or has_resolution then
        perform keep_holds(new.tenant_id, old.position, new.position);
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
            from legs l
            cross join lateral (
                select kind, value_date from entries
                where tenant_id = l.tenant_id and position = l.entry_position offset 0) e
            where e.kind = 'POSTED' and l.tenant_id = new.tenant_id and l.entry_position > old.position
                and l.entry_position <= new.position
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

drop trigger entries_are_right on entries;
drop trigger book_events_are_right on book_events;
drop trigger legs_are_booked on legs;
drop trigger books_are_whole on books;
drop function check_entries();
drop function check_events();
drop function book_legs();
drop function check_book_is_whole();
create trigger entries_are_right after insert on entries referencing new table as added
    for each statement execute function check_records();
create trigger book_events_are_right after insert on book_events referencing new table as added
    for each statement execute function check_records();
create trigger legs_are_right after insert on legs referencing new table as added
    for each statement execute function check_legs();
create trigger books_book_their_records after update of position on books
    for each row execute function book_records();

revoke all on function check_tail(), check_records(), check_legs(), book_records() from public;
