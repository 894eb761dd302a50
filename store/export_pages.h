/* export_pages.h - lists that other systems take in pieces: files of so many lines, or bytes;
 * private to store/
 */
#ifndef STORE_EXPORT_PAGES_H
#define STORE_EXPORT_PAGES_H

#include "store/export_list.h"

typedef struct PageSize {
	size_t lines;       /* in a file, its header not counted */
	size_t bytes;       /* in a file, with its header; 0: as many as the lines have */
	const char *suffix; /* of its name: ".csv" */
} PageSize;

typedef struct Pages Pages;
/* Files of @export, @name-001.csv and so on, that begin with @header, with its line end; one is in
 * memory at a time.  @size and @export are borrowed. */
Pages *pages_new(const PageSize *size, const char *header, const Export *export, const char *name);
void pages_free(Pages *pages);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pages, pages_free)

/* The next line, with its line end. */
void pages_add(Pages *pages, const GString *line);
size_t pages_lines(const Pages *pages); /* in all files */
/* The last file; one without lines where there are none.  What could not be written is said here. */
bool pages_end(Pages *pages, GError **error);

#endif
