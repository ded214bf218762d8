-- What two people decide about a customer has its effect only with their decision on file, whoever writes here.

create function check_customer_step() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if old.pep and not new.pep and not exists (
        select from kyc_decisions d where d.tenant_id = new.tenant_id and d.party_id = new.party_id
            and d.kind = 'PEP_CLEARED' and d.state = 'APPROVED' and d.proposed_at >= old.pep_since) then
        raise exception 'two people take the mark of a politically exposed person away';
    end if;
    if old.pep and new.pep and new.pep_since < old.pep_since then
        raise exception 'a mark is not dated back';
    end if;
    if (new.risk_number, new.risk_level) is distinct from (old.risk_number, old.risk_level)
        and (new.risk_number < old.risk_number or not exists (
            select from kyc_risk_scores s where s.tenant_id = new.tenant_id and s.party_id = new.party_id
                and s.number = new.risk_number and s.level = new.risk_level)) then
        raise exception 'a level of risk is that of the last rating';
    end if;
    -- The days count from the end: it is one that two people decided, or that of the party's own erasure.
    if new.ended_on is not null and new.ended_on is distinct from old.ended_on
        and (old.ended_on is not null or not (
            exists (select from kyc_decisions d where d.tenant_id = new.tenant_id and d.party_id = new.party_id
                and d.kind = 'RELATIONSHIP_ENDED' and d.state = 'APPROVED'
                and (d.closed_at at time zone 'utc')::date = new.ended_on
                and not exists (select from kyc_events e where e.tenant_id = d.tenant_id and e.party_id = d.party_id
                    and e.type = 'RELATIONSHIP_RESUMED' and e.at > d.closed_at))
            or exists (select from kyc_events e where e.tenant_id = new.tenant_id and e.party_id = new.party_id
                and e.type = 'PARTY_ERASED' and (e.at at time zone 'utc')::date = new.ended_on))) then
        raise exception 'the end of a relationship is on file, and stays where it is';
    end if;
    return new;
end
$$;
revoke all on function check_customer_step() from public;
create trigger check_step before update on kyc_customers for each row execute function check_customer_step();

create function check_customer_key() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception '% is never deleted', tg_table_name;
    end if;
    if tg_op = 'UPDATE' then
        if old.destroyed_at is not null or new.wrapped_key is not null then
            raise exception 'a key is destroyed once, and never another one';
        end if;
    end if;
    if new.destroyed_at is not null and not exists (
        select from kyc_decisions d
        join kyc_customers c on c.tenant_id = d.tenant_id and c.party_id = d.party_id
        where d.tenant_id = new.tenant_id and d.party_id = new.party_id
            and d.kind = 'ERASURE' and d.state = 'APPROVED'
            and (d.closed_at at time zone 'utc')::date > c.ended_on + interval '5 years') then
        raise exception 'two people destroy a key, five years after the end of the relationship';
    end if;
    return new;
end
$$;
revoke all on function check_customer_key() from public;
create trigger check_step before insert or update or delete on kyc_customer_keys
    for each row execute function check_customer_key();

create function check_content_is_kept() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from kyc_documents d
        join kyc_customer_keys k on k.tenant_id = d.tenant_id and k.party_id = d.party_id
        where d.tenant_id = old.tenant_id and d.id = old.document_id and k.destroyed_at is not null) then
        raise exception 'what was shown is kept as long as its key';
    end if;
    return old;
end
$$;
revoke all on function check_content_is_kept() from public;
create trigger check_kept before delete on kyc_document_contents
    for each row execute function check_content_is_kept();
