-- What takes two people is so in the database, too.

-- A match by hand that resolves breaks says who agreed to it.
alter table matches add column approved_by text,
    add constraint matches_four_eyes check (approved_by is null or (kind = 'MANUAL' and approved_by <> made_by));

create function check_manual_match() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from matches where id = new.resolution_match_id and tenant_id = new.tenant_id and kind = 'MANUAL'
            and approved_by is not null) then
        raise exception 'A match by hand that resolves a break needs a second person.'
            using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger breaks_by_hand_need_two before insert or update of status, resolution, resolution_match_id on breaks
    for each row when (new.resolution = 'MANUAL_MATCH') execute function check_manual_match();

-- An entry that says who approved it is of a proposal that he approved, whose id is in its key. Entries of the flow
-- say nobody, and cost no look-up. At commit: the decision is written after the entry.
create function check_approval() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from proposals
        where tenant_id = new.tenant_id and id = substring(new.key from '^[a-z-]+:prp_([0-9a-f]{32})( [0-9]+)?$')::uuid
            and status = 'APPROVED' and decided_by = new.approved_by and proposed_by = new.booked_by) then
        raise exception 'Entry % says that % approved it, and no proposal does.', new.position, new.approved_by
            using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create constraint trigger entries_are_approved after insert on entries
    deferrable initially deferred for each row when (new.approved_by is not null) execute function check_approval();
revoke all on function check_manual_match(), check_approval() from public;
