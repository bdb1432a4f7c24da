/* Mappings that are kept to be given up. A process has 65,530 at most (vm.max_map_count), and at that limit the system refuses
   even to lay zeros over what is there: what was begun could not be finished. Within the critical section. No JavaScript. */
#ifndef IO_MAPPING_ROOM_H
#define IO_MAPPING_ROOM_H

#include <stdbool.h>

/* Takes the room, if it can be had and is not there already. */
void room_keep(void);

/* Gives it up; false if there was none. Async-signal-safe. */
bool room_give(void);

#endif
