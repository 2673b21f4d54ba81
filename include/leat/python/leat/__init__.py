R"""("""
# SPDX-License-Identifier: BSL-1.0
# What user code may import in a worker.
#)"""
