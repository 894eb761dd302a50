/* trace.h - what a released message gains: one Received field, and nothing else */
#ifndef RELEASE_TRACE_H
#define RELEASE_TRACE_H

#include "release/transport.h"

/* The trace field (RFC 5321 section 4.4, RFC 5322 section 3.6.7) of @shipment, folded,
 * with its line end: that of the stored message's first line.  The addresses must have
 * passed address_fault(). */
char *trace_field(const Shipment *shipment);

/* Writes the trace field, then the stored bytes as they are.  False sets errno. */
bool trace_write(const Shipment *shipment, int fd);

#endif
