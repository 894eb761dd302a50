/* show.h - the parts of a message that `lazaret show` prints */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/command.h"
#include "store/message.h"

typedef struct ShowPart {
	const char *name; /* of --part */
	bool (*show)(Session *session, int64_t id, GError **error);
} ShowPart;

bool show_brief(Session *session, int64_t id, GError **error);
bool show_headers(Session *session, int64_t id, GError **error);
bool show_text(Session *session, int64_t id, GError **error);
bool show_links(Session *session, int64_t id, GError **error);
bool show_attachments(Session *session, int64_t id, GError **error);
bool show_findings(Session *session, int64_t id, GError **error);
bool show_raw(Session *session, int64_t id, GError **error);
bool show_redacted(Session *session, int64_t id, GError **error);
bool show_json(Session *session, int64_t id, GError **error);

/* What the parts may name: findings, flags of links, services that wrap them.  Yours. */
char *show_help(void);

/* The pieces that the brief part is made of as well. */
void print_links(Session *session, const Message *message, guint most);
void print_attachments(Session *session, const Message *message);
void print_findings(Session *session, const Message *message);
/* A line for each, with what it does not cover. */
void print_signatures(Session *session, const Message *message);
void print_results(Session *session, const Message *message);

#endif
