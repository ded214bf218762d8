-- A hit that is found when a party is recorded or changed is an alert too: of no rescreening, and once a version.
alter table customer_alerts alter column rescreening drop not null;
create unique index one_alert_a_recorded_version on customer_alerts (tenant_id, party_id, party_version)
    where rescreening is null;
