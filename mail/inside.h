/* inside.h - what an attachment holds; private to mail/
 *
 * A reader looks at one kind of file and says what it finds: flags with their
 * evidence, links, entries, and files within, which are looked at in turn.  To
 * add one: write mail/inside_NAME.c and add its row in mail/inside.c.
 *
 * All that is expanded or taken out is paid for with inside_take(), which stands
 * between a bomb and the machine: no reader loops, allocates or recurses on what a
 * file says of itself.
 */
#ifndef MAIL_INSIDE_H
#define MAIL_INSIDE_H

#include "mail/link_set.h"

enum {
	INSIDE_MAX_BYTES = 100 * 1024 * 1024, /* expanded, of all attachments of a message */
	INSIDE_MAX_RATIO = 200,               /* a container's size to what comes out of it */
	INSIDE_FREE_BYTES = 1024 * 1024,      /* that any container may expand to */
	INSIDE_MAX_ENTRIES = 10000,           /* of all containers of a message */
	INSIDE_MAX_DEPTH = 3,                 /* containers in containers */
	INSIDE_MAX_PIXELS = 40 * 1000 * 1000, /* of pictures, of a message */
	INSIDE_HEAD = 1024,                   /* bytes that tell what a file is */
};

/* The attachment, or a file that stands in it. */
typedef struct InsideFile {
	char *name;    /* as its container has it; "" if it has none */
	char *where;   /* "part 2", "part 2, word/document.xml" */
	GBytes *bytes; /* all of it */
	int depth;     /* containers around it */
	bool shown;    /* the message's texts have its links already */
} InsideFile;

typedef struct Inside Inside;

typedef struct InsideReader {
	const char *name;
	/* @head is INSIDE_HEAD bytes of the file or all of it; a NUL stands behind. */
	bool (*knows)(const char *name, const char *head, size_t length);
	void (*read)(Inside *inside, const InsideFile *file);
} InsideReader;

/* One for all attachments of a message: they share the caps. */
Inside *inside_new(Message *message, const Site *site);
void inside_free(Inside *inside);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inside, inside_free)

/* Load what needs files, before the box closes. */
void inside_prepare(void);

/* Looks into @attachment, whose bytes are @part's. */
void inside_read(Inside *inside, Attachment *attachment, const Part *part);

/* ---- for readers ---- */

/* Sets @flag and keeps what shows it: "macros: word/vbaProject.bin". */
void inside_flag(Inside *inside, AttachmentFlag flag, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Adds a line about what is there: no flag, no harm. */
void inside_note(Inside *inside, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Counts one entry of @file and judges its name and @head, the first bytes of it.
 * False when there were too many: stop. */
bool inside_entry(
	Inside *inside, const InsideFile *file, const char *name, const char *head, size_t length);

/* Somebody wants to look at a file of this name that begins so. */
bool inside_wants(const Inside *inside, const char *name, const char *head, size_t length);

/* Has @bytes looked at later, as @name in @container. */
void inside_push(Inside *inside, const InsideFile *container, const char *name, GBytes *bytes);

/* Pays for @bytes that came out of a container of @packed bytes, of which @before came
 * out already.  False when a cap is reached: stop. */
bool inside_take(Inside *inside, size_t packed, size_t before, size_t bytes);

/* Pays for a picture of so many pixels. */
bool inside_take_pixels(Inside *inside, size_t pixels);

/* The message's links, for readers that share their work with others. */
LinkSet *inside_links(Inside *inside);

/* Adds a link that is not known yet; LINK_SCAN and the like in @flags. */
void inside_link(
	Inside *inside, const char *text, const char *url, uint32_t flags, const char *where);

/* Adds each URL in @text (UTF-8). */
void inside_scan(Inside *inside, const char *text, uint32_t flags, const char *where);

/* The same for bytes of any kind: URLs in 8-bit and UTF-16 characters, as LINK_SCAN. */
void inside_scan_binary(Inside *inside, const InsideFile *file);

/* Draws @source (UTF-8) as a browser does: adds its links, counts its forms. */
void inside_draw(Inside *inside, const char *source, const char *where);

/* @file's bytes as UTF-8 text.  What stands beyond MESSAGE_MAX_TEXT is only searched for
 * URLs, which is a limit reached.  Yours. */
char *inside_text(Inside *inside, const InsideFile *file);

#endif
