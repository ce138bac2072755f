-- The versions of every submission, numbered in the order of their edits. An instance that replaces another (deprecatedID)
-- is a later version of the same submission; which export brought it, and in what order, does not matter where edits are counted.
with recursive instance as (
    select uuid, max(replaces_uuid) as replaces_uuid
    from received_submission
    where uuid is not null
    group by uuid
),

chain as (
    select i.uuid, coalesce(i.replaces_uuid, i.uuid) as root, 0 as replaced
    from instance i
    left join instance earlier on earlier.uuid = i.replaces_uuid
    where earlier.uuid is null
    union
    select i.uuid, c.root, c.replaced + 1
    from instance i
    join chain c on c.uuid = i.replaces_uuid
),

version as (
    select
        coalesce(c.root, r.uuid) as submission,
        r.version_sha256,
        max(coalesce(c.replaced, 0)) as replaced,
        max(r.journal_number) as last_journal_number, -- a supervisor may return to an earlier verdict
        min_by(r, (r.journal_number, r.sha256, r.source_sheet, r.source_row)) as first_row
    from received_submission r
    left join chain c on c.uuid = r.uuid
    cross join policy p
    where r.uuid is not null and (p.takes_late or coalesce(r.submitted_at <= p.cutoff, true))
    group by coalesce(c.root, r.uuid), r.version_sha256
)

select
    submission as uuid,
    version_sha256,
    row_number() over history as version_number,
    row_number() over history = count(*) over (partition by submission) as is_current_version,
    first_row.sha256 as sha256,
    first_row.source_file as source_file,
    first_row.source_sheet as source_sheet,
    first_row.source_row as source_row,
    first_row.form as form,
    first_row.form_version as form_version,
    first_row.submitted_at as submitted_at,
    first_row.review_state as review_state,
    first_row.review_state_source as review_state_source,
    first_row.consent as consent,
    first_row.duration_minutes as duration_minutes,
    first_row.ki_id as ki_id
from version
window history as (
    partition by submission
    order by
        replaced, coalesce(first_row.edits, 0), coalesce(first_row.modified_at, ''), last_journal_number,
        coalesce(first_row.submitted_at, ''), first_row.source_row, version_sha256
)
