-- Each list has editions of its own, so that one can be refused while the others move on. A list version is what is
-- screened with together, an edition of each list, and goes on being what a clearance carries.

update list_state set active_version = null;
drop table list_files;
alter table list_state
    drop column checked_at, drop column refused_at, drop column refused_hash, drop column refused_reason;
alter table list_versions
    drop column content_hash, drop column entries, drop column aliases, drop column weak_aliases,
    drop column addresses, drop column comments, drop column orphans,
    add column editions jsonb not null default '{}',
    -- Set where a tenant's own list made the version: it then is no version of the platform's lists.
    add column owner uuid;

create table list_editions (
    list         text not null,
    edition      bigint not null check (edition > 0),
    format       text not null,
    content_hash bytea not null,
    counts       jsonb not null,
    added        int not null,
    changed      int not null,
    removed      int not null,
    loaded_at    timestamptz not null,
    primary key (list, edition)
);

-- Compressed, with what the publisher's server said about them, so that it can be asked whether they are still so.
create table list_edition_files (
    list          text not null,
    edition       bigint not null,
    part          text not null,
    content       bytea not null,
    etag          text,
    last_modified timestamptz,
    primary key (list, edition, part),
    foreign key (list, edition) references list_editions
);

-- What an edition changed: only these entries meet the customers again.
create table list_entry_changes (
    list       text not null,
    edition    bigint not null,
    entry_id   text not null,
    change     text not null check (change in ('ADDED', 'CHANGED', 'REMOVED')),
    entry_hash bytea,
    primary key (list, edition, entry_id),
    foreign key (list, edition) references list_editions,
    check ((change = 'REMOVED') = (entry_hash is null))
);

-- One row a list: which edition is in force, when it was last found good, and what was refused since.
create table list_standings (
    list           text primary key,
    edition        bigint,
    checked_at     timestamptz,
    looked_at      timestamptz,
    refused_at     timestamptz,
    refused_reason text,
    alarmed_at     timestamptz,
    foreign key (list, edition) references list_editions
);

-- What a tenant lists itself. It is in force when a second person has approved it, as the list version that it made.
create table own_lists (
    tenant_id    uuid not null,
    edition      bigint not null check (edition > 0),
    state        text not null check (state in ('PROPOSED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN')),
    content_hash bytea not null,
    content      bytea not null,
    entries      int not null check (entries >= 0),
    names        int not null,
    uploaded_by  text not null,
    uploaded_at  timestamptz not null,
    approved_by  text,
    approved_at  timestamptz,
    list_version bigint references list_versions,
    primary key (tenant_id, edition),
    constraint own_list_needs_two_people check (approved_by <> uploaded_by),
    constraint own_list_is_whole check (
        (state in ('IN_FORCE', 'REPLACED')) = (approved_by is not null)
        and (approved_by is not null) = (list_version is not null))
);
create unique index one_own_list_in_force on own_lists (tenant_id) where state = 'IN_FORCE';
create unique index one_own_list_waits on own_lists (tenant_id) where state = 'PROPOSED';
call protect_by_tenant('own_lists');

-- A list version whose new and changed entries the known customers have yet to meet, and how far that has come.
create table rescreenings (
    list_version  bigint primary key references list_versions,
    owner         uuid,
    lists         text[] not null,
    entry_ids     text[] not null,
    tenant_cursor uuid,
    party_cursor  uuid,
    parties       bigint not null default 0,
    alerts        bigint not null default 0,
    claimed_until timestamptz,
    started_at    timestamptz not null,
    finished_at   timestamptz,
    check (cardinality(lists) = cardinality(entry_ids))
);
create index rescreenings_unfinished on rescreenings (list_version) where finished_at is null;

-- A customer who resembles an entry that is new or changed since the customer was last screened.
create table customer_alerts (
    tenant_id       uuid not null,
    id              uuid not null,
    party_id        uuid not null,
    party_version   int not null,
    list_version    bigint not null references list_versions,
    policy_version  bigint not null,
    evidence        jsonb not null,
    transaction_ids uuid[] not null,
    found_at        timestamptz not null,
    primary key (tenant_id, id)
);
create unique index one_alert_a_customer_and_version on customer_alerts (tenant_id, party_id, list_version);
call protect_by_tenant('customer_alerts');
create trigger append_only before update or delete on customer_alerts for each row execute function refuse_change();

grant select, insert on list_editions to $app_role$;
grant select, insert, delete on list_edition_files, list_entry_changes to $app_role$;
grant update (etag, last_modified) on list_edition_files to $app_role$;
grant select, insert, update, delete on list_standings to $app_role$;
grant select, insert on own_lists to $app_role$;
grant update (state, approved_by, approved_at, list_version) on own_lists to $app_role$;
grant select, insert on rescreenings to $app_role$;
grant update (tenant_cursor, party_cursor, parties, alerts, claimed_until, finished_at) on rescreenings to $app_role$;
grant select, insert on customer_alerts to $app_role$;
