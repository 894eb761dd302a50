/* cargo.h - the bytes that a delivery sends: those that are stored, or an altered copy */
#ifndef RELEASE_CARGO_H
#define RELEASE_CARGO_H

#include "release/deliver.h"

typedef struct Cargo {
	GBytes *raw;
	char *notes; /* what a person should know of it, or NULL */
} Cargo;
void cargo_clear(Cargo *cargo);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cargo, cargo_clear)

/* SHIPMENT_ACCEPTED, and *cargo is filled.  SHIPMENT_REFUSED: it must never leave, since the
 * bytes are gone, damaged, not those that were signed, or can't be altered as was asked for.
 * SHIPMENT_DEFERRED: that may pass.  *reply says why; yours. */
ShipmentResult cargo_load(Store *store, const Delivery *delivery, const DeliverOptions *options,
	Cargo *cargo, char **reply);

/* @raw leaves as @delivery says; as transport_ship(). */
ShipmentResult cargo_ship(
	GBytes *raw, const Delivery *delivery, const DeliverOptions *options, char **reply);

/* What keeps a store from being read (locked, out of memory, no permission) may pass;
 * bytes that are gone or damaged must never leave. */
ShipmentResult cargo_fault(const GError *error, char **reply);

#endif
