/* report_ship.h - a delivery that is a report leaves: by mail, or by the API */
#ifndef RELEASE_REPORT_SHIP_H
#define RELEASE_REPORT_SHIP_H

#include "release/deliver.h"

/* As transport_ship().  *wait: seconds that the other side wants to be left alone. */
ShipmentResult report_ship(Store *store, const Delivery *delivery, const DeliverOptions *options,
	int64_t *wait, char **reply);

bool report_is_by_api(const Delivery *delivery);
/* It may be handed over again at @now, though it may have arrived, and stays one report. */
bool report_is_known(const Delivery *delivery, int64_t now);

#endif
