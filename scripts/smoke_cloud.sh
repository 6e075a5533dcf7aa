#!/usr/bin/env bash
# Tests that no laptop can run: linernotes in a real project, with disposable datasets and a disposable bucket.
set -euo pipefail
project=${1:-}
location=${GCP_LOCATION:-EU}
[[ -n $project ]] || {
    echo "smoke_cloud: no project given; run: make smoke-cloud PROJECT=your-project" >&2
    exit 2
}
for program in gcloud bq linernotes python; do
    command -v "$program" >/dev/null || {
        echo "smoke_cloud: $program is not installed" >&2
        exit 2
    }
done
bucket=$project-dp-smoke
analyst=linernotes-smoke-analyst@$project.iam.gserviceaccount.com

cat <<TEXT
This makes the datasets dp_lake_smoke and dp_hub_smoke, the bucket gs://$bucket and the account linernotes-smoke-analyst
in project $project ($location), loads ten invented artists, builds the models and asks Google what only Google can
answer, partly as that analyst. It calls no music service. Within BigQuery's free tier it costs nothing; otherwise some
cents: every query is billed for at least 10 MB for each table, and none for more than 2 GB.
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
                gcloud iam service-accounts delete $analyst --project=$project
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
        --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0
step linernotes init
step linernotes import roster "$home/roster.csv"
step linernotes import roster "$home/roster.csv" # the same file again: already known, nothing is loaded
step linernotes run --mode backfill --dry-run    # ten artists
step linernotes transform
step linernotes coverage

# An analyst, as scripts/bootstrap --analysts makes one, whose place this account takes.
gcloud iam service-accounts describe "$analyst" --project="$project" >/dev/null 2>&1 ||
    step gcloud iam service-accounts create linernotes-smoke-analyst --project="$project"
step gcloud iam service-accounts add-iam-policy-binding "$analyst" --project="$project" \
    --member="user:$(gcloud config get-value account)" --role=roles/iam.serviceAccountTokenCreator >/dev/null
step gcloud projects add-iam-policy-binding "$project" --member="serviceAccount:$analyst" \
    --role=roles/bigquery.jobUser --condition=None >/dev/null
step bq --project_id="$project" --location="$location" query --use_legacy_sql=false \
    "grant \`roles/bigquery.dataViewer\` on schema \`$project.dp_hub_smoke\` to 'serviceAccount:$analyst'"
echo "a minute, until everybody at Google knows of the new roles"
sleep "${SMOKE_PAUSE:-60}"
step python "$(dirname "$0")/smoke_questions.py" --project "$project" --location "$location" --bucket "$bucket" \
    --lake dp_lake_smoke --hub dp_hub_smoke --analyst "$analyst"
