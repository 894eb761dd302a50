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

#include <stdbool.h>
#include <stddef.h>

#include "mail/message.h"

enum {
	/* rspamd passes on 1024 (its option max_recipients), and Postfix 1000. */
	RSPAMD_MAX_RECIPIENTS = 2000,
};

/* Of the values of X-Rspamd-From and X-Rspamd-Rcpt, NULL where there is no such field.  NULL:
 * *fault, a constant, says why; yours. */
Envelope *rspamd_envelope(const char *from, const char *rcpt, const char **fault);

/* Whether the message @bytes begins with a Received field of the client at @ip, the value of
 * X-Rspamd-Ip; or nobody knows of a client: NULL, "unknown".  A milter sees a message before the
 * mail server has put its own field there: then the client itself wrote all of the header, its
 * origin and the authentication results as well, and could pass for anybody. */
bool rspamd_is_received(const char *ip, const char *bytes, size_t length);

/* Whether @qid can be a queue id: "unknown" and what no mail server says can not. */
bool rspamd_is_queue_id(const char *qid);

#endif
