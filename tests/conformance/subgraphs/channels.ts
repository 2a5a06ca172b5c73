import { Channel } from './channel';

/** All channels, by name: one comes to be when it is first named. */
export class Channels {
  private readonly all = new Map<string, Channel>();

  named(name: string): Channel {
    const known = this.all.get(name);
    if (known) return known;
    const channel = new Channel(name);
    this.all.set(name, channel);
    return channel;
  }

  /** An item's id is `<channel>/<item>`. */
  ofItem(id: string): { readonly channel: Channel; readonly item: string } {
    const at = id.lastIndexOf('/');
    return { channel: this.named(id.slice(0, at)), item: id.slice(at + 1) };
  }
}
