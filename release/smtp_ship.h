/* smtp_ship.h - one mail transaction with a server that speaks SMTP or LMTP
 *
 * One message, one recipient: so LMTP's one reply for each recipient behind the data
 * (RFC 2033 section 4.2) is one reply, as in SMTP.
 */
#ifndef RELEASE_SMTP_SHIP_H
#define RELEASE_SMTP_SHIP_H

#include "release/smtp.h"

/* As Transport.ship. */
ShipmentResult smtp_ship(const SmtpServer *server, const Shipment *shipment, char **reply);

#endif
