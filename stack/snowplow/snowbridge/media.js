// Keys each event by its viewer, and leaves the event as it is.
//
// Without a key of its own a message gets a random one, and the events of one viewer
// spread over all partitions. Written in ES5 and free of state: Snowbridge runs it anew
// for each event. Timestamps are not text in here, so only hand them on.

// What a collector writes for a request with `SP-Anonymous`: nobody.
var ANONYMOUS = '00000000-0000-0000-0000-000000000000';

function viewerOf(event) {
  if (event.user_id || event.domain_userid) {
    return event.user_id || event.domain_userid;
  }
  // An empty key leaves the random one, so that nobody's events burden no partition.
  return event.network_userid === ANONYMOUS ? '' : event.network_userid || '';
}

function main(input) {
  return { Data: input.Data, PartitionKey: viewerOf(input.Data) };
}
