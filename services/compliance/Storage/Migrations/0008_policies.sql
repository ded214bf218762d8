-- A policy is a text of several parts: thresholds by line, countries, ages of lists. A proposal holds what it would
-- have done, and the version that this was compared with.

alter table policy_versions disable trigger append_only;
alter table policy_versions add column content jsonb;
update policy_versions set content = jsonb_build_object(
    'reviewThreshold', review_threshold, 'textThreshold', greatest(review_threshold, 90), 'thresholds', '[]'::jsonb,
    'countries', '[{"country": "IR", "effect": "BLOCK"}, {"country": "KP", "effect": "BLOCK"},
        {"country": "MM", "effect": "REVIEW"}]'::jsonb, 'listAges', '[]'::jsonb);
alter table policy_versions
    alter column content set not null,
    drop column review_threshold,
    add constraint policy_has_its_parts check (
        jsonb_typeof(content) = 'object'
        and coalesce((content ->> 'reviewThreshold')::numeric between 50 and 100, false)
        and coalesce((content ->> 'textThreshold')::numeric between 50 and 100, false));
alter table policy_versions enable trigger append_only;

-- One that waits was not compared with anything: it is proposed again.
update policy_proposals set state = 'WITHDRAWN', closed_at = now() where state = 'PROPOSED';
alter table policy_proposals
    drop column review_threshold,
    add column base_version bigint not null default 1 check (base_version > 0),
    add column content jsonb not null default '{}',
    add column trial jsonb not null default '{}';
alter table policy_proposals
    alter column base_version drop default, alter column content drop default, alter column trial drop default;

-- The steps of a policy once more, for whoever writes here without the service: it is proposed first, a proposal is
-- not rewritten, and what comes into force is the next version.
create function check_policy_proposal_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a proposal is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'PROPOSED' then
            raise exception 'a policy is proposed first';
        end if;
        return new;
    end if;
    if old.state <> 'PROPOSED' then
        raise exception 'a closed proposal stays as it is';
    end if;
    if (new.tenant_id, new.id, new.base_version, new.content, new.trial, new.reason, new.proposed_by, new.proposed_at)
       is distinct from
       (old.tenant_id, old.id, old.base_version, old.content, old.trial, old.reason, old.proposed_by, old.proposed_at)
    then
        raise exception 'a proposal is not rewritten';
    end if;
    return new;
end
$$;
create trigger check_policy_proposal_step before insert or update or delete on policy_proposals
    for each row execute function check_policy_proposal_step();

create function check_policy_version() returns trigger language plpgsql as $$
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
    if not exists (select from policy_proposals where tenant_id = new.tenant_id and state = 'APPROVED'
            and base_version = new.version - 1 and content = new.content
            and proposed_by = new.made_by and approved_by = new.approved_by)
       and (current.version is not null
            or not exists (select from screening_rules where tenant_id = new.tenant_id
                and new.made_by in (live_made_by, deactivation_proposed_by)
                and new.approved_by in (activated_by, deactivated_by))) then
        raise exception 'a policy is proposed and approved first';
    end if;
    return new;
end
$$;
-- At commit: the proposal, the rule and the version are written in one transaction, in whichever order.
create constraint trigger check_policy_version after insert on policy_versions
    deferrable initially deferred for each row execute function check_policy_version();

-- A customer that could not be read while others were: the others go on, this one is tried again.
create table rescreening_skips (
    list_version bigint not null references rescreenings,
    tenant_id    uuid not null,
    party_id     uuid not null,
    party_role   text not null,
    tries        int not null check (tries > 0),
    skipped_at   timestamptz not null,
    next_at      timestamptz not null,
    primary key (list_version, tenant_id, party_id)
);
create index rescreening_skips_due on rescreening_skips (next_at);
call protect_by_tenant('rescreening_skips');

-- One alert a customer and rescreening, whichever lists were in force when it came to that customer.
alter table customer_alerts disable trigger append_only;
alter table customer_alerts add column rescreening bigint references list_versions;
update customer_alerts set rescreening = list_version;
alter table customer_alerts alter column rescreening set not null;
alter table customer_alerts enable trigger append_only;
drop index one_alert_a_customer_and_version;
create unique index one_alert_a_customer_and_rescreening on customer_alerts (tenant_id, party_id, rescreening);

-- What each running replica is configured to screen with: two that differ would take each other's lists away.
create table list_configurations (
    replica     uuid primary key,
    fingerprint text not null,
    lists       text not null,
    started_at  timestamptz not null,
    seen_at     timestamptz not null
);

-- Who tried a rule in the shadow, and when, is in its events; when it was evaluated, in its screening.
alter table screening_rules
    drop constraint shadow_is_whole,
    drop column shadow_by,
    add constraint shadow_is_whole check (num_nulls(shadow_version, shadow_since) in (0, 2));
alter table rule_evaluations drop column evaluated_at;

grant select, insert, update, delete on rescreening_skips, list_configurations to $app_role$;
