-- The index by area: people and locations by severity, in the layout of the published tables, with ranks.
-- People are those of the matching master-list round at assessed locations; sums of them are null where none is known.
-- Scores are summed as exact decimals, so that no order of rows changes a mean.
with first_assessed as (
    select place_id, min(index_round) as index_round
    from clean_index_place
    where index_name = '{index}'
    group by place_id
),

earliest as (
    select min(index_round) as index_round from clean_index_run where index_name = '{index}'
),

worst as (
    select model_id, model_version, max(category_order) as category_order
    from clean_index_model_category
    where scale = 'overall'
    group by model_id, model_version
),

located as (
    select
        x.*,
        n.category is not null as is_most_severe,
        f.index_round is not null as is_first_assessed
    from {index}_index x
    left join worst w on w.model_id = x.model_id and w.model_version = x.model_version
    left join clean_index_model_category n
        on n.model_id = x.model_id and n.model_version = x.model_version and n.scale = 'overall'
        and n.category_order = w.category_order and n.category = x.category
    left join first_assessed f on f.place_id = x.place_id and f.index_round = x.index_round
),

added as (
    select
        index_round,
        round,
        model_id,
        model_version,
        model_status,
        case
            when grouping(governorate) = 1 then 'national'
            when grouping(district) = 1 then 'governorate'
            when grouping(subdistrict) = 1 then 'district'
            else 'subdistrict'
        end as area_level,
        governorate,
        district,
        subdistrict,
        count(*) filter (where assessed) as locations,
        count({people}) filter (where assessed) as reporting_locations,
        cast(sum({people}) filter (where assessed) as bigint) as {people},
        cast(sum({people_households}) filter (where assessed) as bigint) as {people_households},
        cast(sum({people}) filter (where report_group = 'high') as bigint) as high_people,
        count(*) filter (where report_group = 'high') as high_locations,
        cast(sum({people}) filter (where report_group = 'medium') as bigint) as medium_people,
        count(*) filter (where report_group = 'medium') as medium_locations,
        cast(sum({people}) filter (where report_group = 'low') as bigint) as low_people,
        count(*) filter (where report_group = 'low') as low_locations,
        cast(sum({people}) filter (where assessed and report_group is null) as bigint) as unclassified_people,
        count(*) filter (where assessed and report_group is null) as unclassified_locations,
        cast(sum({people}) filter (where is_most_severe) as bigint) as most_severe_people,
        count(*) filter (where is_most_severe) as most_severe_locations,
        count(*) filter (where assessed and is_first_assessed) as first_assessed_locations,
        count(*) filter (where not assessed) as not_assessed_locations,
        cast(sum({people}) filter (where not assessed) as bigint) as not_assessed_people,
        cast(sum(critical_shelter_households) filter (where assessed) as bigint) as critical_shelter_households,
        cast(sum(critical_shelter_households) filter (where report_group = 'high') as bigint) as high_critical_shelter_households,
        cast(sum(cast({scale} as decimal(18, 12)) * {people_households}) as double) / sum({people_households}) filter (where {scale} is not null) as {scale}_weighted_mean, -- each {index} scale
        cast(sum(cast({scale} as decimal(18, 12))) as double) / count({scale}) as {scale}_mean, -- each {index} scale
        cast(sum(cast(overall as decimal(18, 12)) * {people_households}) as double)
            / sum({people_households}) filter (where overall is not null) as overall_weighted_mean,
        cast(sum(cast(overall as decimal(18, 12))) as double) / count(overall) as overall_mean
    from located
    group by index_round, round, model_id, model_version, model_status,
        grouping sets ((), (governorate), (governorate, district), (governorate, district, subdistrict))
),

shared as (
    select
        *,
        case when reporting_locations > 0 then coalesce(high_people, 0) end as high_{people},
        case when reporting_locations > 0 then coalesce(medium_people, 0) end as medium_{people},
        case when reporting_locations > 0 then coalesce(low_people, 0) end as low_{people},
        case when reporting_locations > 0 then coalesce(unclassified_people, 0) end as unclassified_{people},
        case when reporting_locations > 0 then coalesce(most_severe_people, 0) end as most_severe_{people},
        case
            when not_assessed_locations > 0 then not_assessed_people
            when reporting_locations > 0 then 0
        end as not_assessed_{people}
    from added
),

judged as (
    select
        *,
        case when {people} > unclassified_{people}
            then cast(high_{people} as double) / ({people} - unclassified_{people})
        end as severe_share,
        case when locations > unclassified_locations
            then cast(high_locations as double) / (locations - unclassified_locations)
        end as severe_share_of_locations,
        case when coalesce({people}, 0) + not_assessed_{people} > 0
            then cast(coalesce({people}, 0) as double) / (coalesce({people}, 0) + not_assessed_{people})
        end as assessed_share
    from shared
)

select
    j.index_round,
    j.round,
    j.model_id,
    j.model_version,
    j.model_status,
    j.area_level,
    case j.area_level
        when 'national' then 'All'
        when 'governorate' then coalesce(j.governorate, 'not known')
        when 'district' then concat(coalesce(j.governorate, 'not known'), ' > ', coalesce(j.district, 'not known'))
        else concat(coalesce(j.governorate, 'not known'), ' > ', coalesce(j.district, 'not known'), ' > ', coalesce(j.subdistrict, 'not known'))
    end as area,
    j.governorate,
    j.district,
    j.subdistrict,
    j.high_{people},
    j.high_locations,
    j.medium_{people},
    j.medium_locations,
    j.low_{people},
    j.low_locations,
    j.unclassified_{people},
    j.unclassified_locations,
    j.{people},
    j.locations,
    j.reporting_locations,
    j.{people_households},
    j.severe_share,
    j.severe_share_of_locations,
    j.most_severe_{people},
    j.most_severe_locations,
    case when j.index_round > e.index_round then j.first_assessed_locations end as first_assessed_locations,
    j.not_assessed_{people},
    j.not_assessed_locations,
    j.assessed_share,
    j.{scale}_weighted_mean, -- each {index} scale
    j.{scale}_mean, -- each {index} scale
    j.overall_weighted_mean,
    j.overall_mean,
    j.critical_shelter_households,
    case when j.critical_shelter_households is not null then coalesce(j.high_critical_shelter_households, 0) end
        as high_critical_shelter_households,
    case when j.high_{people} is not null then rank() over (
        partition by j.index_round, j.model_id, j.model_version, j.area_level order by j.high_{people} desc nulls last
    ) end as rank_by_{people},
    case when j.severe_share is not null then rank() over (
        partition by j.index_round, j.model_id, j.model_version, j.area_level order by j.severe_share desc nulls last
    ) end as rank_by_share,
    j.locations - j.unclassified_locations < 5 as is_few_classified,
    coalesce(50 * j.unclassified_{people} > j.{people}, j.unclassified_locations > 0) as is_much_unclassified
from judged j
cross join earliest e
