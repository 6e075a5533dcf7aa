#!/usr/bin/env bash
# Tests that no laptop can run: linernotes in a real project, with disposable datasets and a disposable bucket.
set -euo pipefail
project=${1:-}
location=${GCP_LOCATION:-EU}
region=$(tr A-Z a-z <<<"$location")
[[ -n $project ]] || {
    echo "smoke_cloud: no project given; run: make smoke-cloud PROJECT=your-project" >&2
    exit 2
}
for program in gcloud bq linernotes; do
    command -v "$program" >/dev/null || {
        echo "smoke_cloud: $program is not installed" >&2
        exit 2
    }
done
bucket=$project-dp-smoke

cat <<TEXT
This makes the datasets dp_lake_smoke and dp_hub_smoke and the bucket gs://$bucket in project $project ($location),
loads ten invented artists and builds the models. It calls no music service. Within BigQuery's free tier it costs
nothing; otherwise a few cents, since every query is billed for at least 10 MB.
TEXT
read -rp "Type yes to continue: " answer || answer=''
[[ $answer == yes ]] || {
    echo "nothing was created"
    exit 0
}

home=$(mktemp -d)
tell() {
    rm -rf "$home"
    cat <<TEXT

To look at it:  bq --project_id=$project query --use_legacy_sql=false 'select * from dp_hub_smoke.hub_music__svc_dim_artists'
To delete it:   bq --project_id=$project rm -r -f --dataset $project:dp_lake_smoke
                bq --project_id=$project rm -r -f --dataset $project:dp_hub_smoke
                gcloud storage rm --recursive gs://$bucket --project=$project
TEXT
}
trap tell EXIT
export GCP_PROJECT_ID=$project GCP_LOCATION=$location GCS_BUCKET=$bucket LINERNOTES_ENV=dev \
    LINERNOTES_LAKE_DATASET=dp_lake_smoke LINERNOTES_HOME=$home

{
    echo artistId,artistName
    for number in 0 1 2 3 4 5 6 7 8 9; do
        echo "smokesmokesmokesmoke0$number,Smoke $number" # 22 letters and digits, as Spotify's ids are
    done
} >"$home/roster.csv"

step() {
    echo "+ $*"
    "$@"
}

gcloud storage buckets describe "gs://$bucket" --project="$project" >/dev/null 2>&1 ||
    step gcloud storage buckets create "gs://$bucket" --project="$project" --location="$location" \
        --uniform-bucket-level-access --public-access-prevention
step linernotes init
step linernotes import roster "$home/roster.csv"
step linernotes import roster "$home/roster.csv" # the same file again: already known, nothing is loaded
step linernotes run --mode backfill --dry-run    # ten artists
step linernotes transform
step linernotes coverage
echo "ten artists imported twice are ten artists; the bytes billed:"
step bq --project_id="$project" --location="$location" query --use_legacy_sql=false \
    "select count(*) as artists, count(distinct artistId) as ids from dp_hub_smoke.hub_music__svc_dim_artists"
step bq --project_id="$project" --location="$location" query --use_legacy_sql=false \
    "select count(*) as jobs, round(sum(total_bytes_billed) / pow(2, 20)) as mib_billed
    from \`region-$region\`.INFORMATION_SCHEMA.JOBS_BY_USER
    where creation_time > timestamp_sub(current_timestamp(), interval 1 hour)"
