-- Customers that no event has told of yet are known by their transfers.
create index funded_transfers_by_beneficiary_id on funded_transfers (tenant_id, beneficiary_id);

-- Another policy may see hits where the one before did not: the tenant's customers meet all lists again.
alter table rescreenings
    add column policy_before bigint,
    add constraint policy_is_of_one_tenant check (
        policy_before is null or (owner is not null and cardinality(entry_ids) = 0));

-- A tenant's first policy version comes by a proposal that two people approved; or with a rule that is put into force
-- or switched off, or a suppression that is revoked, and then it says what the default says (PolicyContent.Default).
create or replace function check_policy_version() returns trigger language plpgsql as $$
declare
    current policy_versions;
begin
    select * into current from policy_versions where tenant_id = new.tenant_id and version < new.version
        order by version desc limit 1;
    if new.version <> coalesce(current.version, 1) + 1 then
        raise exception 'policy versions are counted one by one';
    end if;
    -- The same content comes with a rule that was activated; any other one was proposed and approved.
    if current.version is not null and new.content = current.content then
        return new;
    end if;
    if exists (select from policy_proposals where tenant_id = new.tenant_id and state = 'APPROVED'
            and base_version = new.version - 1 and content = new.content
            and proposed_by = new.made_by and approved_by = new.approved_by) then
        return new;
    end if;
    if current.version is null
       and new.content = '{"reviewThreshold": 85, "textThreshold": 90, "thresholds": [],
           "countries": [{"country": "IR", "effect": "BLOCK"}, {"country": "KP", "effect": "BLOCK"},
               {"country": "MM", "effect": "REVIEW"}], "listAges": []}'::jsonb
       and (exists (select from screening_rules where tenant_id = new.tenant_id
                and new.made_by in (live_made_by, deactivation_proposed_by)
                and new.approved_by in (activated_by, deactivated_by))
            or exists (select from suppression_revocations where tenant_id = new.tenant_id
                and revoked_by = new.made_by)) then
        return new;
    end if;
    raise exception 'a policy is proposed and approved first';
end
$$;

-- The steps of a tenant's own list once more, for whoever writes here without the service: it is proposed first, what
-- was in force does not come back, and it ends only by another edition that takes its place.
create function check_own_list_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'an own list is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'PROPOSED' then
            raise exception 'an own list is proposed first';
        end if;
        return new;
    end if;
    if (old.state, new.state) not in
       (('PROPOSED', 'IN_FORCE'), ('PROPOSED', 'WITHDRAWN'), ('IN_FORCE', 'REPLACED')) then
        raise exception 'an own list does not go from % to %', old.state, new.state;
    end if;
    if (new.tenant_id, new.edition, new.content_hash, new.content, new.entries, new.names, new.uploaded_by,
        new.uploaded_at)
       is distinct from
       (old.tenant_id, old.edition, old.content_hash, old.content, old.entries, old.names, old.uploaded_by,
        old.uploaded_at)
       or (old.state = 'IN_FORCE' and (new.approved_by, new.approved_at, new.list_version)
           is distinct from (old.approved_by, old.approved_at, old.list_version)) then
        raise exception 'what an own list says, and who approved it, is not rewritten';
    end if;
    return new;
end
$$;
create trigger check_own_list_step before insert or update or delete on own_lists
    for each row execute function check_own_list_step();

create function check_own_list_replaced() returns trigger language plpgsql as $$
begin
    if new.state = 'REPLACED' and not exists (select from own_lists
        where tenant_id = new.tenant_id and edition > new.edition and state = 'IN_FORCE') then
        raise exception 'an own list is replaced by a newer edition only';
    end if;
    return new;
end
$$;
-- At commit: the one edition goes and the other one comes in one transaction.
create constraint trigger check_own_list_replaced after update on own_lists
    deferrable initially deferred for each row execute function check_own_list_replaced();
