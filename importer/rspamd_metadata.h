/* rspamd_metadata.h - what rspamd's metadata_exporter says beside a message
 *
 * With meta_headers = true, its http backend sends fields of a request: X-Rspamd-From, the
 * envelope sender, empty for the null sender; X-Rspamd-Rcpt, the recipients as a JSON array of
 * strings; X-Rspamd-Qid, the mail server's queue id; and others.  "unknown" stands where it has
 * none (rspamd 3.4, plugins/lua/metadata_exporter.lua).  Addresses are without brackets, and
 * without the quoting of RFC 5321 section 4.1.2.
 */
#ifndef IMPORTER_RSPAMD_METADATA_H
#define IMPORTER_RSPAMD_METADATA_H

#include "mail/message.h"

enum {
	/* rspamd passes on 1024 (its option max_recipients), and Postfix 1000. */
	RSPAMD_MAX_RECIPIENTS = 2000,
};

/* Of the values of X-Rspamd-From and X-Rspamd-Rcpt, NULL where there is no such field.  NULL:
 * *fault, a constant, says why; yours. */
Envelope *rspamd_envelope(const char *from, const char *rcpt, const char **fault);

/* Whether @qid can be a queue id: "unknown" and what no mail server says can not. */
bool rspamd_is_queue_id(const char *qid);

#endif
