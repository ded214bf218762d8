-- An anomaly that is over by itself (a balance that is not low any more) says since when, and is no work any more.

alter table anomalies add column ended_at timestamptz;
create index anomalies_open on anomalies (tenant_id, id desc) where ended_at is null;
grant update (ended_at) on anomalies to $app_role$;
