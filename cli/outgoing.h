/* outgoing.h - what the settings say of how deliveries leave */
#ifndef CLI_OUTGOING_H
#define CLI_OUTGOING_H

#include "cli/command.h"
#include "release/deliver.h"
#include "release/landing.h"
#include "release/smtp.h"

/* The page that links are to lead to.  CLI_ERROR_CONFIG, RELEASE_ERROR_LANDING or
 * RELEASE_ERROR_SECRET: it is not set, or its key is not to be used. */
Landing *landing_of(const Settings *settings, GError **error);

typedef struct Outgoing {
	Credentials *credentials; /* or NULL */
	SmtpOptions smtp;
	Landing *landing; /* or NULL */
	AbuseApi api;
} Outgoing;

/* RELEASE_ERROR_SECRET or RELEASE_ERROR_LANDING: the file of passwords, or of the landing
 * page's key, is not to be used. */
bool outgoing_init(Outgoing *outgoing, const Settings *settings, GError **error);
/* As DeliverOptions.rewrite; @data is an Outgoing. */
GBytes *outgoing_rewrite(GBytes *raw, int *links, void *data, GError **error);
void outgoing_clear(Outgoing *outgoing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outgoing, outgoing_clear)

#endif
