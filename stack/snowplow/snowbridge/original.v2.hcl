# What the original accelerator does, for Snowbridge 2: original.hcl in the older form,
# which has a block a transformation.

source {
  use "kinesis" {
    stream_name         = "enriched-good"
    region              = env.AWS_REGION
    app_name            = "snowbridge"
    custom_aws_endpoint = env.AWS_ENDPOINT_URL
  }
}

transform {
  use "spEnrichedFilter" {
    atomic_field  = "event"
    regex         = "^unstruct$"
    filter_action = "keep"
  }
}

transform {
  use "spEnrichedFilter" {
    atomic_field  = "event_name"
    regex         = "^(play|pause|ping|end|ad_break.*)_event$"
    filter_action = "keep"
  }
}

transform {
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
