-- Rules as texts in versions, the history that they count over, and the log of what they said.

do $$
begin
    if exists (select 1 from screening_rules) or exists (select 1 from funded_transfers) then
        raise exception 'This database holds rules and transfers of an earlier development version, without the facts '
            'that rules look at now. Keep it for that version and start with an empty one: ./fincode up --fresh.';
    end if;
end
$$;

drop table screening_rules;

-- One row a rule: what of it runs. Its texts are in screening_rule_versions.
create table screening_rules (
    tenant_id                uuid not null,
    id                       uuid not null,
    latest_version           int not null check (latest_version > 0),
    created_by               text not null,
    created_at               timestamptz not null,
    -- In force, with the person who wrote that version and the other one who put it into force.
    live_version             int check (live_version <= latest_version),
    live_made_by             text,
    activated_by             text,
    activated_at             timestamptz,
    shadow_version           int check (shadow_version <= latest_version),
    shadow_by                text,
    shadow_since             timestamptz,
    deactivation_proposed_by text,
    deactivation_reason      text,
    -- How it was last switched off; until it is switched on again.
    deactivated_by           text,
    deactivated_at           timestamptz,
    event_count              int not null,
    primary key (tenant_id, id),
    constraint rule_needs_two_people check (activated_by <> live_made_by),
    constraint switching_off_needs_two_people check (deactivated_by <> deactivation_proposed_by),
    constraint live_rule_is_whole check (num_nulls(live_version, live_made_by, activated_by, activated_at) in (0, 4)),
    constraint shadow_is_whole check (num_nulls(shadow_version, shadow_by, shadow_since) in (0, 3)),
    constraint deactivation_is_whole check (
        num_nulls(deactivation_proposed_by, deactivation_reason) in (0, 2)
        and num_nulls(deactivated_by, deactivated_at) in (0, 2)
        and (deactivated_by is null or (live_version is null and deactivation_proposed_by is not null))
        and (deactivation_proposed_by is null or live_version is not null or deactivated_by is not null))
);
call protect_by_tenant('screening_rules');

create table screening_rule_versions (
    tenant_id  uuid not null,
    rule_id    uuid not null,
    version    int not null check (version > 0),
    name       text not null check (length(name) between 1 and 100),
    text       text not null check (length(text) <= 8192),
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, rule_id, version),
    unique (tenant_id, rule_id, version, created_by),
    foreign key (tenant_id, rule_id) references screening_rules (tenant_id, id) deferrable initially deferred
);
call protect_by_tenant('screening_rule_versions');

-- Whose version is in force is not for the writer of that row to say.
alter table screening_rules add constraint live_version_was_made_by
    foreign key (tenant_id, id, live_version, live_made_by)
    references screening_rule_versions (tenant_id, rule_id, version, created_by);
alter table screening_rules add constraint shadow_version_exists
    foreign key (tenant_id, id, shadow_version) references screening_rule_versions (tenant_id, rule_id, version);

create table screening_rule_events (
    tenant_id uuid not null,
    rule_id   uuid not null,
    number    int not null check (number > 0),
    type      text not null,
    actor     text not null,
    version   int,
    reason    text,
    at        timestamptz not null,
    primary key (tenant_id, rule_id, number),
    foreign key (tenant_id, rule_id) references screening_rules (tenant_id, id) deferrable initially deferred
);
call protect_by_tenant('screening_rule_events');

-- The steps of a rule once more, for whoever writes here without the service.
create function check_rule_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a rule is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if num_nonnulls(new.live_version, new.shadow_version, new.deactivation_proposed_by, new.deactivated_by) > 0 then
            raise exception 'a rule begins inactive';
        end if;
        return new;
    end if;
    if (new.tenant_id, new.id, new.created_by, new.created_at)
       is distinct from (old.tenant_id, old.id, old.created_by, old.created_at) then
        raise exception 'what a rule is never changes';
    end if;
    if new.latest_version not in (old.latest_version, old.latest_version + 1) then
        raise exception 'versions are counted one by one';
    end if;
    if old.live_version is not null and new.live_version is null
       and (new.deactivated_by is null or old.deactivation_proposed_by is null
            or new.deactivation_proposed_by <> old.deactivation_proposed_by) then
        raise exception 'switching a rule off is proposed first and done by a second person';
    end if;
    if old.deactivation_proposed_by is not null and new.deactivation_proposed_by is not null
       and (new.deactivation_proposed_by, new.deactivation_reason)
           is distinct from (old.deactivation_proposed_by, old.deactivation_reason) then
        raise exception 'a proposal is not rewritten';
    end if;
    return new;
end
$$;
create trigger check_rule_step before insert or update or delete on screening_rules
    for each row execute function check_rule_step();

-- The facts of each transfer that windows are made of.
alter table funded_transfers
    add column beneficiary_id   uuid not null,
    add column send_minor       bigint not null,
    add column send_currency    text not null check (send_currency ~ '^[A-Z]{3}$'),
    add column receive_minor    bigint not null,
    add column receive_currency text not null check (receive_currency ~ '^[A-Z]{3}$'),
    add column send_country     text not null,
    add column receive_country  text not null,
    add column corridor         text generated always as (send_country || '-' || receive_country) stored,
    add column payout_method    text not null,
    -- Opaque keys, made with a secret: never a device's or a phone's own number.
    add column device_key       text,
    add column phone_key        text;
create index funded_transfers_by_beneficiary on funded_transfers (tenant_id, beneficiary_id, funded_at);
create index funded_transfers_by_corridor on funded_transfers (tenant_id, corridor, funded_at);
create index funded_transfers_by_device on funded_transfers (tenant_id, device_key, funded_at)
    where device_key is not null;
create index funded_transfers_by_phone on funded_transfers (tenant_id, phone_key, funded_at)
    where phone_key is not null;

-- What rules were told and what they said, per screening: enough to ask them again.
create table rule_evaluations (
    tenant_id       uuid not null,
    screening_id    uuid not null,
    transaction_id  uuid not null,
    screening_round int not null,
    funded_at       timestamptz not null,
    facts           jsonb not null,
    figures         jsonb not null,
    results         jsonb not null,
    evaluated_at    timestamptz not null,
    primary key (tenant_id, screening_id),
    unique (tenant_id, transaction_id, screening_round),
    foreign key (tenant_id, screening_id) references screenings (tenant_id, id)
);
create index rule_evaluations_by_time on rule_evaluations (tenant_id, funded_at, screening_id);
call protect_by_tenant('rule_evaluations');

-- Backtests ask what became of a transfer's cases.
create index cases_by_transaction on cases (tenant_id, transaction_id);

create trigger append_only before update or delete on screening_rule_versions
    for each row execute function refuse_change();
create trigger append_only before update or delete on screening_rule_events
    for each row execute function refuse_change();
create trigger append_only before update or delete on rule_evaluations
    for each row execute function refuse_change();

grant select, insert on screening_rules, screening_rule_versions, screening_rule_events, rule_evaluations
    to $app_role$;
grant update (latest_version, live_version, live_made_by, activated_by, activated_at, shadow_version, shadow_by,
        shadow_since, deactivation_proposed_by, deactivation_reason, deactivated_by, deactivated_at, event_count)
    on screening_rules to $app_role$;
