terraform {
  # 1.11 has write-only arguments, which keep passwords out of the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  # Where the state is, `terraform init -backend-config=state.config` says: bucket, key,
  # region, kms_key_id. It holds the OIDC client secret, so the bucket must be as closed
  # as a secret is.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
