/* smtp_probe.h - would a server that speaks SMTP or LMTP be spoken to as it should? */
#ifndef RELEASE_SMTP_PROBE_H
#define RELEASE_SMTP_PROBE_H

#include "release/smtp.h"

/* As Transport.probe; helo and options of @server are filled from @probe. */
ProbeResult smtp_probe(SmtpServer *server, const Probe *probe, char **words);

#endif
