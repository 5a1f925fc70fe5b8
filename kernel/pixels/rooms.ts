/** So many sizes are kept; the one used longest ago goes first. */
const maxSizes = 8;

/**
 * Room to work in, made once for each size: the pictures of all cameras of a process share it one after the other.
 * @param open makes it for a width and a height.
 */
export function roomsBySize<T>(
  open: (width: number, height: number) => T,
): (width: number, height: number) => T {
  const rooms = new Map<string, T>();
  return (width, height) => {
    const key = `${width}x${height}`;
    const room = rooms.get(key) ?? open(width, height);
    // Moved to the end: a Map keeps the order of insertion.
    rooms.delete(key);
    rooms.set(key, room);
    if (rooms.size > maxSizes) rooms.delete(rooms.keys().next().value ?? key);
    return room;
  };
}
