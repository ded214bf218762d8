create table notes (
    id        bigint generated always as identity primary key,
    tenant_id uuid not null,
    book      text not null,
    number    int not null,
    sequence  bigint not null
);
call protect_by_tenant('notes');
grant select, insert on notes to $app_role$;
