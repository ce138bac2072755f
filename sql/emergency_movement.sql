-- The ledger. Of a chain of corrections the row known last is in force, until the next one is known; what it leaves blank stays
-- as it was; a submission that was edited leaves nothing of the one before. Counts are taken together, and so are the parts of a
-- place.
with own_chain as (
    select
        r.*,
        coalesce(c.chain_id, r.movement_id) as chain_id,
        coalesce(c.corrections, 0) as corrections,
        case when r.corrects is null then r.movement_kind else c.chain_kind end as chain_kind,
        case when r.corrects is null then r.recorded_on else c.known_from end as known_from,
        r.corrects is not null and c.movement_id is null as is_in_cycle
    from emergency_recorded as r
    left join emergency_chain as c on r.event_id = c.event_id and r.movement_id = c.movement_id
),

corrected as (
    select distinct event_id, chain_id from emergency_chain
),

chained as (
    select
        o.*,
        row_number() over chain as position,
        lead(o.known_from) over chain as known_until,
        count(*) filter (where o.movement_kind <> 'correction') over chain as edition
    from own_chain as o
    join corrected as c on o.event_id = c.event_id and o.chain_id = c.chain_id
    where o.known_from is not null
    window chain as (partition by o.event_id, o.chain_id order by o.known_from, o.corrections, o.recorded_seq nulls first, o.movement_id)
),

filled as (
    select
        event_id, movement_id, known_until,
        last_value(moved_on ignore nulls) over in_force as moved_on,
        last_value(case when coalesce(origin_governorate, origin_place_id) is not null then {
            'governorate': origin_governorate, 'district': origin_district, 'subdistrict': origin_subdistrict, 'place': origin_place_id
        } end ignore nulls) over in_force as origin,
        last_value(case when coalesce(destination_governorate, destination_place_id) is not null then {
            'governorate': destination_governorate, 'district': destination_district, 'subdistrict': destination_subdistrict,
            'place': destination_place_id
        } end ignore nulls) over in_force as destination,
        last_value(reached_origin ignore nulls) over in_force as reached_origin,
        last_value(camp_left ignore nulls) over in_force as camp_left,
        last_value(emergency_shelter_group ignore nulls) over in_force as emergency_shelter_group,
        last_value(case when coalesce(moved_households, moved_individuals) is not null then {
            'households': moved_households, 'individuals': moved_individuals, 'is_counted': is_counted, 'female': female_individuals,
            'male': male_individuals, 'under_18': under_18_individuals
        } end ignore nulls) over in_force as counts,
        last_value(onward_from ignore nulls) over in_force as onward_from
    from chained
    window in_force as (
        partition by event_id, chain_id, edition order by position rows between unbounded preceding and current row
    )
),

whole as (
    select
        o.event_id, o.movement_id, o.movement_kind, o.recorded_on, o.recorded_seq, o.corrects, o.chain_id, o.chain_kind, o.corrections,
        o.known_from, f.known_until,
        case
            when o.is_in_cycle then 'cycle'
            when o.known_from is null then 'pending'
            when f.known_until is not null then 'replaced'
            else 'counts'
        end as standing,
        case when f.movement_id is null then o.moved_on else f.moved_on end as moved_on,
        case when f.movement_id is null then o.origin_governorate else f.origin.governorate end as origin_governorate,
        case when f.movement_id is null then o.origin_district else f.origin.district end as origin_district,
        case when f.movement_id is null then o.origin_subdistrict else f.origin.subdistrict end as origin_subdistrict,
        case when f.movement_id is null then o.origin_place_id else f.origin.place end as origin_place_id,
        case when f.movement_id is null then o.destination_governorate else f.destination.governorate end as destination_governorate,
        case when f.movement_id is null then o.destination_district else f.destination.district end as destination_district,
        case when f.movement_id is null then o.destination_subdistrict else f.destination.subdistrict end as destination_subdistrict,
        case when f.movement_id is null then o.destination_place_id else f.destination.place end as destination_place_id,
        case when f.movement_id is null then o.reached_origin else f.reached_origin end as reached_origin,
        case when f.movement_id is null then o.camp_left else f.camp_left end as camp_left,
        case when f.movement_id is null then o.emergency_shelter_group else f.emergency_shelter_group end as emergency_shelter_group,
        case when f.movement_id is null then o.moved_households else f.counts.households end as moved_households,
        case when f.movement_id is null then o.moved_individuals else f.counts.individuals end as moved_individuals,
        case when f.movement_id is null then o.is_counted else f.counts.is_counted end as is_counted,
        case when f.movement_id is null then o.female_individuals else f.counts.female end as female_individuals,
        case when f.movement_id is null then o.male_individuals else f.counts.male end as male_individuals,
        case when f.movement_id is null then o.under_18_individuals else f.counts.under_18 end as under_18_individuals,
        case when f.movement_id is null then o.onward_from else f.onward_from end as onward_from
    from own_chain as o
    left join filled as f on o.event_id = f.event_id and o.movement_id = f.movement_id
)

select
    event_id, movement_id, movement_kind, moved_on, recorded_on, recorded_seq, origin_governorate, origin_district,
    origin_subdistrict, origin_place_id, destination_governorate, destination_district, destination_subdistrict,
    destination_place_id, reached_origin,
    case
        when chain_kind is null or chain_kind = 'departure' then null
        when chain_kind = 'return' or reached_origin then 'returnee'
        when not reached_origin then 'secondary'
        when origin_place_id = destination_place_id then 'returnee'
        when origin_place_id <> destination_place_id then 'secondary'
        else 'unknown'
    end as arrival_class,
    camp_left, emergency_shelter_group, moved_households, moved_individuals, is_counted, female_individuals, male_individuals,
    under_18_individuals, corrects, onward_from, chain_id, chain_kind, corrections, known_from, known_until, standing
from whole
