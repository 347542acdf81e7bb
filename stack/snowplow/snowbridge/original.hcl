# What the original accelerator does, for Snowbridge 5: six kinds of events, eight
# fields, random keys. original.v2.hcl is the same for Snowbridge 2.

source {
  use "kinesis" {
    stream_name         = "enriched-good"
    region              = env.AWS_REGION
    app_name            = "snowbridge"
    custom_aws_endpoint = env.AWS_ENDPOINT_URL
    client_name         = env.HOSTNAME
  }
}

transform {
  use "spEnrichedFilter" {
    atomic_field  = "event"
    regex         = "^unstruct$"
    filter_action = "keep"
  }

  use "spEnrichedFilter" {
    atomic_field  = "event_name"
    regex         = "^(play|pause|ping|end|ad_break.*)_event$"
    filter_action = "keep"
  }

  use "js" {
    script_path   = "/snowbridge/original.js"
    snowplow_mode = true
  }
}

target {
  use "kafka" {
    brokers    = env.KAFKA_BROKERS
    topic_name = env.KAFKA_TOPIC
  }
}

failure_target {
  use "stdout" {}
}

disable_telemetry = true
