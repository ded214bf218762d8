-- What stands beyond the head of its book is refused by name: whoever moves the head and commits in one go tells by it
-- that somebody else was there first.
create or replace function check_tail() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    if exists (select from book_tails where tenant_id = new.tenant_id and first = new.first) then
        raise exception 'A record is beyond the head of its book: % to % of %.', new.first, new.last, new.tenant_id
            using errcode = 'check_violation', constraint = tg_name;
    end if;
    return null;
end
$$;
