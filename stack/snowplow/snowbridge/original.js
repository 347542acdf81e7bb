// Makes of each event the flat object of eight fields that the original accelerator's
// flow reads; written in ES5. Timestamps are not text in here, so only hand them on.

var SESSION = 'contexts_com_snowplowanalytics_snowplow_media_session_1';
var AD = 'contexts_com_snowplowanalytics_snowplow_media_ad_1';
var PLAYER = 'contexts_com_snowplowanalytics_snowplow_media_player_2';

function firstOf(event, entity) {
  return (event[entity] && event[entity][0]) || {};
}

function orZero(value) {
  return value === undefined ? 0 : value;
}

function main(input) {
  var event = input.Data;
  var session = firstOf(event, SESSION);
  return {
    Data: {
      collector_tstamp: event.collector_tstamp,
      event_id: event.event_id,
      event_name: event.event_name,
      // All who have no name are one viewer.
      viewer_id: event.user_id || event.domain_userid || 'PoC user',
      adsClicked: orZero(session.adsClicked),
      adsSkipped: orZero(session.adsSkipped),
      adId: orZero(firstOf(event, AD).adId),
      video_ts: orZero(firstOf(event, PLAYER).currentTime)
    }
  };
}
