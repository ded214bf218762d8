-- Parties that are known again: customers (senders) with their beneficiaries. The keys are HMACs; nobody's name,
-- e-mail address, phone, account or device can be read from one.

alter table parties
    -- The customer whose beneficiary this is.
    add column owner_id      uuid,
    -- Known by its id or the partner's reference; the others are known again by what they are, if at all.
    add column is_registered boolean not null default false,
    add column reference     text check (reference ~ '^[A-Za-z0-9._:-]{1,64}$'),
    add column fingerprint   text,
    add column link_key      text,
    add column name_key      text,
    add column email_key     text,
    add column phone_key     text,
    add column created_at    timestamptz,
    -- Asked to be erased: no new transfers until then.
    add column restricted_at timestamptz,
    add column erased_at     timestamptz;
update parties set created_at = updated_at, link_key = id::text, name_key = id::text;
alter table parties
    alter column link_key set not null,
    alter column name_key set not null,
    alter column created_at set not null,
    add constraint parties_of_tenant unique (tenant_id, id),
    add constraint owner_is_of_this_tenant foreign key (tenant_id, owner_id) references parties (tenant_id, id),
    add constraint only_beneficiaries_are_owned check (role = 'BENEFICIARY' or owner_id is null),
    add constraint registered_has_no_fingerprint check (not is_registered or fingerprint is null);
create unique index customers_reference on parties (tenant_id, reference)
    where role = 'SENDER' and reference is not null;
create unique index beneficiaries_reference on parties (tenant_id, owner_id, reference)
    where role = 'BENEFICIARY' and reference is not null;
create unique index customers_fingerprint on parties (tenant_id, fingerprint)
    where role = 'SENDER' and fingerprint is not null;
create unique index beneficiaries_fingerprint on parties (tenant_id, owner_id, fingerprint)
    where role = 'BENEFICIARY' and fingerprint is not null;
create unique index customers_email on parties (tenant_id, email_key)
    where role = 'SENDER' and email_key is not null;
create index customers_newest on parties (tenant_id, id desc) where role = 'SENDER';
create index beneficiaries_newest on parties (tenant_id, owner_id, id desc) where role = 'BENEFICIARY';

-- What belongs to one transfer and not to its parties: who of them pays with what, and where the money goes this time.
alter table transactions
    add column note_sealed         bytea,
    add column payout_sealed       bytea,
    -- The versions that were there when screening was asked for.
    add column sender_version      int not null default 0,
    add column beneficiary_version int not null default 0,
    -- The first round that was asked with the facts that are known now.
    add column facts_round         int not null default 0,
    add column sender_key          text,
    add column beneficiary_key     text,
    add column sender_name_key     text,
    add column beneficiary_name_key text,
    add column device_key          text,
    add column address_key         text,
    add column phone_key           text,
    add column name_check          text not null default 'NONE'
        check (name_check in ('NONE', 'PENDING', 'ANSWERED', 'GIVEN_UP')),
    add column name_match          text check (name_match in ('MATCH', 'CLOSE_MATCH', 'NO_MATCH')),
    add column name_check_number   int not null default 0,
    add column name_check_tries    int not null default 0,
    add column name_check_due_at   timestamptz,
    add constraint answered_name_check_has_an_answer check ((name_check = 'ANSWERED') = (name_match is not null));
update transactions set sender_key = sender_id::text, beneficiary_key = beneficiary_id::text,
    sender_name_key = sender_id::text, beneficiary_name_key = beneficiary_id::text;
alter table transactions
    alter column sender_key set not null,
    alter column beneficiary_key set not null,
    alter column sender_name_key set not null,
    alter column beneficiary_name_key set not null;
create index transactions_name_checks on transactions (name_check_due_at) where name_check = 'PENDING';
create index transactions_awaiting_details on transactions (id) where stage = 'AWAITING_DETAILS';
create index transactions_by_sender on transactions (tenant_id, sender_id, id desc);
create index transactions_by_beneficiary on transactions (tenant_id, beneficiary_id);

-- When a customer who is to be erased will be; nobody is while the law wants the record.
alter table parties add column erase_after timestamptz;
alter table parties add constraint erasure_is_whole check (
    (restricted_at is null) = (erase_after is null) and (erased_at is null or restricted_at is not null
    or role = 'BENEFICIARY'));
create index parties_to_erase on parties (erase_after) where erase_after is not null and erased_at is null;

-- For how many years after the last transfer; without a row it is five.
create table customer_retention (
    tenant_id  uuid primary key,
    years      int not null check (years between 1 and 30),
    changed_by text not null,
    changed_at timestamptz not null
);
call protect_by_tenant('customer_retention');
grant select, insert, update on customer_retention to $app_role$;
