#include "release/report_ship.h"

#include "release/cargo.h"
#include "store/report.h"

bool
report_is_by_api(const Delivery *delivery)
{
	return delivery->report && g_str_equal(delivery->transport, ABUSE_API);
}

bool
report_is_known(const Delivery *delivery, int64_t now)
{
	/* Where this is the first try, nothing was handed over before it. */
	int64_t since = delivery->attempts <= 1 ? delivery->changed : delivery->queued;

	return report_is_by_api(delivery) && now < since + REPORT_KNOWN;
}

/* What the API calls it is written down before it is said that it was sent: who dies between
 * the two hands it over again, and is given the same name. */
static ShipmentResult
ship_by_api(Store *store, const Delivery *delivery, const DeliverOptions *options, GBytes *body,
	int64_t *wait, char **reply)
{
	g_auto(AbuseAnswer) answer = { 0 };
	g_autoptr(GError) error = NULL;
	ReportNews news = { 0 };

	if (!options->api) {
		*reply = g_strdup("it is not set who we are to Amazon");
		return SHIPMENT_DOWN;
	}
	abuse_submit(options->api, delivery->recipient, body, &answer);
	news.remote = answer.remote;
	*wait = answer.wait;
	*reply = g_steal_pointer(&answer.reply);
	if (!answer.remote ||
		store_note_report(store, delivery->report, &news, options->clock(), &error))
		return answer.result;
	g_free(*reply);
	*reply = g_strdup(error->message);
	return SHIPMENT_UNKNOWN;
}

ShipmentResult
report_ship(Store *store, const Delivery *delivery, const DeliverOptions *options, int64_t *wait,
	char **reply)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body = store_report_body(store, delivery->report, &error);

	*wait = 0;
	if (!body)
		return cargo_fault(error, reply);
	return report_is_by_api(delivery) ? ship_by_api(store, delivery, options, body, wait, reply)
					  : cargo_ship(body, delivery, options, reply);
}
