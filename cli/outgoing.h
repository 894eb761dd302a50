/* outgoing.h - what the settings say of how deliveries leave */
#ifndef CLI_OUTGOING_H
#define CLI_OUTGOING_H

#include "cli/command.h"
#include "release/deliver.h"
#include "release/smtp.h"

typedef struct Outgoing {
	Credentials *credentials; /* or NULL */
	SmtpOptions smtp;
} Outgoing;

/* RELEASE_ERROR_SECRET: the file of passwords is not to be used. */
bool outgoing_init(Outgoing *outgoing, const Settings *settings, GError **error);
void outgoing_clear(Outgoing *outgoing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outgoing, outgoing_clear)

#endif
