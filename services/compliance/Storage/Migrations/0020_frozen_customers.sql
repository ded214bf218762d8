-- While a customer is frozen, no transfer in which that customer was screened is released or rejected.

create function check_frozen_customer() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (
        select from screenings s, jsonb_array_elements(s.evidence -> 'parties') party
        join cases k on k.tenant_id = new.tenant_id
            and k.party_id = substr(party.value ->> 'partyId', 5)::uuid
        where s.tenant_id = new.tenant_id and s.id = new.screening_id
            and k.decision = 'FREEZE' and k.freeze_ended_at is null) then
        raise exception 'a transfer of a frozen customer stays';
    end if;
    return new;
end
$$;
revoke all on function check_frozen_customer() from public;
create trigger check_frozen_customer before update on cases for each row
    when (old.status <> 'CLOSED' and new.decision in ('RELEASE', 'REJECT') and new.transaction_id is not null)
    execute function check_frozen_customer();
