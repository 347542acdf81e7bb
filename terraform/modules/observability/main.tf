# What wakes somebody up, and what they look at then.

data "aws_region" "this" {}

locals {
  defaults = {
    statistic  = "Maximum"
    period_s   = 60
    periods    = 3
    comparison = "GreaterThanThreshold"
    missing    = "notBreaching"
  }

  of_flow = { namespace = var.flow_metrics.namespace, dimensions = var.flow_metrics.dimensions }

  # They are one outcome of a message among others.
  dead_letters = merge(var.flow_metrics.dimensions, { outcome = "dead_letter" })

  flow_alarms = {
    "no-events" = merge(local.of_flow, {
      description = "No event has come in: is the tracker, the collector, or the flow itself gone?"
      metric      = var.flow_metrics.names.events
      statistic   = "Sum"
      comparison  = "LessThanThreshold"
      threshold   = 1
      period_s    = 300
      periods     = ceil(var.thresholds.no_events_minutes / 5)
      missing     = "breaching"
    })
    "lag" = merge(local.of_flow, {
      description = "The flow is behind its source: the dashboard shows the past."
      metric      = var.flow_metrics.names.lag_seconds
      threshold   = var.thresholds.lag_s
    })
    "dead-letters" = merge(local.of_flow, {
      description = "Messages that can't be used; their reasons stand in the headers of the dead letters."
      metric      = var.flow_metrics.names.dead_letters
      dimensions  = local.dead_letters
      statistic   = "Sum"
      period_s    = 300
      periods     = 1
      threshold   = var.thresholds.dead_letters_in_5_minutes
    })
    "sink-throttles" = merge(local.of_flow, {
      description = "DynamoDB throttles the flow for minutes on end, which slows it down and loses nothing."
      metric      = var.flow_metrics.names.throttles
      statistic   = "Sum"
      period_s    = 300
      threshold   = 0
    })
  }

  table_alarms = { for key, table in var.tables : "table-${key}-throttles" => {
    description = "DynamoDB throttles writes to ${table}: is its traffic past what the account may do?"
    namespace   = "AWS/DynamoDB"
    metric      = "WriteThrottleEvents"
    dimensions  = { TableName = table }
    statistic   = "Sum"
    period_s    = 300
    threshold   = 0
  } }

  service_alarms = { for key, service in var.services : "service-${key}-down" => {
    description = "No task of ${service} runs."
    namespace   = "ECS/ContainerInsights"
    metric      = "RunningTaskCount"
    dimensions  = { ClusterName = var.cluster_name, ServiceName = service }
    comparison  = "LessThanThreshold"
    threshold   = 1
    periods     = 5
    missing     = "breaching"
  } }

  # Who reads a stream and falls behind would lose what its retention takes.
  stream_alarms = { for key, stream in var.read_streams : "stream-${key}-behind" => {
    description = "The reader of ${stream} is behind."
    namespace   = "AWS/Kinesis"
    metric      = "GetRecords.IteratorAgeMilliseconds"
    dimensions  = { StreamName = stream }
    threshold   = var.thresholds.lag_s * 1000
    periods     = 5
  } }

  balancer_alarms = merge(
    { for key, dimensions in var.load_balancers : "${key}-unhealthy" => {
      description = "A task behind the load balancer of the ${key} is not well."
      namespace   = "AWS/ApplicationELB"
      metric      = "UnHealthyHostCount"
      dimensions  = dimensions
      threshold   = 0
      periods     = 5
    } },
    { for key, dimensions in var.load_balancers : "${key}-errors" => {
      description = "The ${key} answers with errors."
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_Target_5XX_Count"
      dimensions  = dimensions
      statistic   = "Sum"
      period_s    = 300
      periods     = 1
      threshold   = var.thresholds.errors_in_5_minutes
    } },
  )

  # https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
  kafka_name = try(var.kafka.cluster_name, "")
  broker_alarms = { for key, alarm in merge(
    { for broker in range(1, try(var.kafka.brokers, 0) + 1) : "broker-${broker}-disk" => {
      description = "A broker's disk fills faster than it grows."
      namespace   = "AWS/Kafka"
      metric      = "KafkaDataLogsDiskUsed"
      dimensions  = { "Cluster Name" = local.kafka_name, "Broker ID" = tostring(broker) }
      threshold   = 85
      periods     = 5
    } },
    { "partitions-offline" = {
      description = "Partitions without a leader: nothing can be read from or written to them."
      namespace   = "AWS/Kafka"
      metric      = "OfflinePartitionsCount"
      dimensions  = { "Cluster Name" = local.kafka_name }
      threshold   = 0
    } },
  ) : key => alarm if var.kafka != null }

  alarms = { for key, alarm in merge(local.flow_alarms, local.table_alarms, local.service_alarms, local.stream_alarms, local.balancer_alarms, local.broker_alarms) :
    key => merge(local.defaults, alarm)
  }
}

################################################################################
# Alarms
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
################################################################################

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

################################################################################
# Dashboard
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
################################################################################

locals {
  flow_charts = {
    "Viewers"                 = [["viewers", "Sum"]]
    "Events"                  = [["events", "Sum"]]
    "Behind the source"       = [["lag_seconds", "Maximum"], ["lag_messages", "Sum"]]
    "Dead letters, throttles" = [["dead_letters", "Sum"], ["throttles", "Sum"]]
  }

  charts = concat(
    [for title, lines in local.flow_charts : {
      title = title
      metrics = [for line in lines : concat(
        [var.flow_metrics.namespace, var.flow_metrics.names[line[0]]],
        flatten([for name, value in line[0] == "dead_letters" ? local.dead_letters : var.flow_metrics.dimensions : [name, value]]),
        [{ stat = line[1], label = line[0] }],
      )]
    }],
    [{
      title   = "Writes to tables"
      metrics = [for key, table in var.tables : ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", table, { stat = "Sum", label = key }]]
    }],
    length(var.read_streams) == 0 ? [] : [{
      title   = "Age of what is read from Kinesis, ms"
      metrics = [for key, stream in var.read_streams : ["AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", stream, { stat = "Maximum", label = key }]]
    }],
    length(var.load_balancers) == 0 ? [] : [{
      title   = "Requests"
      metrics = [for key, d in var.load_balancers : ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", d.LoadBalancer, { stat = "Sum", label = key }]]
    }],
  )

  widgets = concat(
    [{
      type       = "alarm", x = 0, y = 0, width = 24, height = 3
      properties = { title = "Alarms", alarms = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn] }
    }],
    [for i, chart in local.charts : {
      type = "metric", x = 12 * (i % 2), y = 3 + 6 * floor(i / 2), width = 12, height = 6
      properties = {
        title   = chart.title
        metrics = chart.metrics
        region  = data.aws_region.this.id
        period  = 60
        view    = "timeSeries"
      }
    }],
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  # Encoded one by one: widgets of two kinds make no list of Terraform's.
  dashboard_body = "{\"widgets\":[${join(",", [for widget in local.widgets : jsonencode(widget)])}]}"
}
