# The two tables that the flow writes; Terraform owns them, the flow only checks them.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.html

locals {
  tables = {
    # The current profile of a viewer.
    profiles = { name = var.profiles_table, keys = ["viewer_id"] }
    # An item a change of status.
    history = { name = var.history_table, keys = ["viewer_id", "collector_tstamp"] }
  }
}

resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_119:The key is the caller's to give; every root here gives one
  for_each = local.tables

  name                        = each.value.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.keys[0]
  range_key                   = try(each.value.keys[1], null)
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = each.value.keys

    content {
      name = attribute.value
      type = "S"
    }
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }
}
