#include <inttypes.h>
#include <rialto_ruler.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const char* pattern = "{\"source\": [\"shop\"], \"total\": [{\"numeric\": [\">=\", 100]}]}";
  const char* event = "{\"source\": \"shop\", \"total\": 120}";
  const uint64_t* ids;
  size_t count;
  rialto_ruler_rules* rules = rialto_ruler_rules_new();
  rialto_ruler_scratch* scratch = rialto_ruler_scratch_new();
  if (rialto_ruler_put(rules, 7, pattern, strlen(pattern)) != RIALTO_RULER_OK) {
    fprintf(stderr, "%s\n", rialto_ruler_rules_error(rules));
  }
  rialto_ruler_snapshot* snapshot = rialto_ruler_snapshot_new(rules);
  if (rialto_ruler_match(snapshot, event, strlen(event), scratch, &ids, &count) !=
      RIALTO_RULER_OK) {
    fprintf(stderr, "%s\n", rialto_ruler_scratch_error(scratch));
  }
  for (size_t i = 0; i < count; ++i) printf("rule %" PRIu64 " matches\n", ids[i]);
  rialto_ruler_snapshot_free(snapshot);
  rialto_ruler_scratch_free(scratch);
  rialto_ruler_rules_free(rules);
}
