/* brief.h - who sent it, where it leads, why it is held, what was decided before
 *
 * The preview and the brief tab are written from the same sections.
 */
#ifndef TUI_BRIEF_H
#define TUI_BRIEF_H

#include "tui/dossier.h"
#include "tui/sheet.h"

/* The preview, of which @rows can be seen; the text of the message below, where there is
 * room. */
void brief_preview(const Dossier *dossier, int rows, Sheet *sheet);
/* The same without the text, which is read beside it. */
void brief_aside(const Dossier *dossier, Sheet *sheet);
/* The shortest that answers all four. */
void brief_summary(const Dossier *dossier, Sheet *sheet);
/* Who, account, where its links lead and the subject, in a line.  Yours. */
char *brief_facts(const Dossier *dossier);

/* Sections of the brief tab. */
void brief_who(const Dossier *dossier, Sheet *sheet);
void brief_links(const Dossier *dossier, Sheet *sheet);
void brief_why(const Dossier *dossier, Sheet *sheet);
/* Why it is held, released or blocked. */
void brief_state(const Dossier *dossier, Sheet *sheet);
void brief_before(const Dossier *dossier, Sheet *sheet);
void brief_route(const Dossier *dossier, Sheet *sheet);

/* Who is at it at @now, as a label; nothing where nobody is. */
void brief_claim(const MessageRow *row, int64_t now, Sheet *sheet);
/* `"Name" <address>`, appended to the line. */
void brief_sender(const MessageRow *row, Sheet *sheet);
/* Account, region and by whom it is known; @message NULL: not by whom. */
void brief_origin(const MessageRow *row, const Message *message, Sheet *sheet);
/* A line that begins with the weight of @finding. */
void brief_weight(const Finding *finding, Sheet *sheet);
/* Its sentence; of a purged message which it was, since no more is left. */
const char *brief_finding_words(const Finding *finding);

/* A line for each decision about the message itself. */
void brief_decisions(const Dossier *dossier, Sheet *sheet);

/* What became of other messages with the same keys: in full, and in a line each. */
void brief_history(const Dossier *dossier, Sheet *sheet);
void brief_keys(const Dossier *dossier, Sheet *sheet);

/* The account's record in one sentence, appended to the line. */
void brief_record(const Dossier *dossier, Sheet *sheet);
/* How dangerous a score looks. */
Style brief_score_style(int score);
Style brief_state_style(MessageState state);
/* "alice@orchard.example and 2 more"; "not known; the header says ...".  Yours. */
char *brief_recipients(const MessageRow *row);
/* The six characters people know an account by. */
char *brief_account(const char *account);

#endif
