# Ours, for Snowbridge 5: media events, whole, as enriched JSON, keyed by viewer.
# https://docs.snowplow.io/docs/api-reference/snowbridge/configuration/

source {
  use "kinesis" {
    stream_name            = "enriched-good"
    region                 = env.AWS_REGION
    # Begins the names of the three tables in which it keeps its place.
    app_name               = "snowbridge"
    custom_aws_endpoint    = env.AWS_ENDPOINT_URL
    # As often as it may: the default adds 50 ms to every event.
    read_throttle_delay_ms = 200
    client_name            = env.HOSTNAME
  }
}

transform {
  # Page views and whatever else the flow would skip.
  use "spEnrichedFilter" {
    atomic_field  = "event_vendor"
    regex         = "^com\\.snowplowanalytics\\.snowplow\\.media$"
    filter_action = "keep"
  }

  # `snowplow_mode` makes the event the object that spEnrichedToJson would write.
  use "js" {
    script_path   = "/snowbridge/media.js"
    snowplow_mode = true
  }
}

target {
  use "kafka" {
    brokers      = env.KAFKA_BROKERS
    topic_name   = env.KAFKA_TOPIC
    wait_for_all = true

    batching {
      max_batch_messages     = 100
      max_batch_bytes        = 1048576
      max_message_bytes      = 1048576
      max_concurrent_batches = 5
      # A live view wants its events now.
      flush_period_millis    = 50
    }
  }
}

# What can't be transformed or is too large, with the reason.
failure_target {
  use "kinesis" {
    stream_name         = "enriched-bad"
    region              = env.AWS_REGION
    custom_aws_endpoint = env.AWS_ENDPOINT_URL
  }
}

disable_telemetry = true
